import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { Api } from '../../api.ts'
import { CommandError, exitCodes, messageOf } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { contentOfPackages, importForm, readPackageFiles, type Content } from '../../package-content.ts'
import { report } from '../../report.ts'

/** `mbs hub import`. */
export async function hubImport(
  global: GlobalOptions,
  files: readonly string[],
  options: { reservation?: string; generator: string; source?: string },
): Promise<void> {
  const content = files.every((file) => file.endsWith('.rpm'))
    ? await ofPackages(files, options)
    : await ofMetadata(files)
  const form = await importForm(content, options.reservation)
  const build = await new Api(global.server, global.token).importBuild(form)
  report(global.json, build, () => [`${build.nvr} (${build.id}) is imported: ${build.types.join(', ')}`])
}

/** Reads the metadata and finds the files that they name: among the given files, or beside the metadata. */
async function ofMetadata([file = '', ...others]: readonly string[]): Promise<Content> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(exitCodes.usage, `cannot read ${file}: ${messageOf(error)}`)
  })
  const metadata = parse(file, text)
  const outputs = (metadata as { output?: unknown }).output
  const files = new Map<string, string>()
  for (const output of Array.isArray(outputs) ? outputs : []) {
    const { relpath = '', filename } = output as { relpath?: string; filename?: string }
    if (filename === undefined) continue
    const name = path.posix.join(relpath, filename)
    const found = others.find((other) => other === name || path.basename(other) === filename)
    files.set(name, found ?? path.join(path.dirname(file), name))
  }
  for (const [name, place] of files)
    if ((await stat(place).catch(() => undefined))?.isFile() !== true)
      throw new CommandError(
        exitCodes.usage,
        `${file} names ${name}, and there is no ${place}; name the file too`,
      )
  return { metadata, files }
}

function parse(file: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
    throw new Error('it is not a JSON object')
  } catch (error) {
    throw new CommandError(exitCodes.usage, `${file} has no metadata: ${messageOf(error)}`)
  }
}

/** Reads a source package and the packages that were built from it. The build takes its name from the headers. */
async function ofPackages(
  files: readonly string[],
  options: { generator: string; source?: string },
): Promise<Content> {
  const packages = await readPackageFiles(files)
  const sources = packages.filter(({ header }) => header.isSource)
  const [main] = sources
  if (main === undefined || sources.length > 1)
    throw new CommandError(
      exitCodes.usage,
      `one of the packages must be the source package (NAME.src.rpm), and there are ${sources.length}`,
    )
  return contentOfPackages(packages, main.header.nevra, options)
}
