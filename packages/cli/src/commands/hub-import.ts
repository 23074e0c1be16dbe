import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readRpmHeader, type RpmHeader } from '@mbs/rpm'
import { Api } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

/** `mbs hub import`. */
export async function hubImport(
  global: GlobalOptions,
  files: readonly string[],
  options: { reservation?: string; generator: string; source?: string },
): Promise<void> {
  const content = files.every((file) => file.endsWith('.rpm'))
    ? await ofPackages(files, options)
    : await ofMetadata(files)
  const form = new FormData()
  form.append('metadata', JSON.stringify(content.metadata))
  if (options.reservation !== undefined) form.append('token', options.reservation)
  for (const [name, file] of content.files) form.append(name, await openAsBlob(file), path.basename(name))
  const build = await new Api(global.server, global.token).hub<{ id: number; nvr: string; types: string[] }>(
    'POST',
    '/cg-import',
    form,
  )
  report(global.json, build, () => [`${build.nvr} (${build.id}) is imported: ${build.types.join(', ')}`])
}

interface Content {
  metadata: unknown
  /** By the path under which the metadata name them. */
  files: Map<string, string>
}

/** Metadata, and the files that they name: among those given, or beside the metadata. */
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
    throw new Error('it is no JSON object')
  } catch (error) {
    throw new CommandError(exitCodes.usage, `${file} holds no metadata: ${messageOf(error)}`)
  }
}

/** A source package and what was built of it, as their headers name them. */
async function ofPackages(
  files: readonly string[],
  { generator, source }: { generator: string; source?: string },
): Promise<Content> {
  const packages = await Promise.all(files.map(async (file) => ({ file, header: await headerOf(file) })))
  const sources = packages.filter(({ header }) => header.isSource)
  const [main] = sources
  if (main === undefined || sources.length > 1)
    throw new CommandError(
      exitCodes.usage,
      `one of the packages must be the source package (NAME.src.rpm), and there are ${sources.length}`,
    )
  const { name, version, release, epoch } = main.header.nevra
  const times = packages.map(({ header }) => header.buildTime)
  const arches = [...new Set(packages.map(({ header }) => header.nevra.arch))]
  const output = await Promise.all(
    packages.map(async ({ file, header }) => ({
      buildroot_id: header.nevra.arch,
      filename: path.basename(file),
      arch: header.nevra.arch,
      filesize: (await stat(file)).size,
      checksum_type: 'sha256',
      checksum: await sha256(file),
      type: 'rpm',
      components: [],
    })),
  )
  return {
    metadata: {
      metadata_version: 0,
      build: {
        name,
        version,
        release,
        epoch: epoch === 0 ? null : epoch,
        source: source ?? null,
        extra: {},
        start_time: Math.min(...times),
        end_time: Math.max(...times),
      },
      buildroots: arches.map((arch) => ({
        id: arch,
        host: { os: 'unknown', arch },
        content_generator: { name: generator, version: '1' },
        container: { type: 'none', arch },
        tools: [],
        components: [],
      })),
      output,
    },
    files: new Map(files.map((file) => [path.basename(file), file])),
  }
}

async function headerOf(file: string): Promise<RpmHeader> {
  return readRpmHeader(file).catch((error: unknown) => {
    throw new CommandError(exitCodes.usage, messageOf(error))
  })
}

async function sha256(file: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(file), digest)
  return digest.digest('hex')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
