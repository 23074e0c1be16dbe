import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { unpack } from './unpack.ts'

/**
 * Runs a program and returns its exit code and its error output. The caller decides where the program runs:
 * packages come from other people, so a service confines it.
 */
export type RunProgram = (
  argv: readonly string[],
  folders: { readable: readonly string[]; writable: readonly string[] },
) => Promise<{ code: number; stderr: string }>

export interface RepodataRequest {
  /** The folder of packages, searched to any depth. */
  packages: string
  /** The folder that receives `repodata`. It exists, and the program can write to it. */
  output: string
  /** The concatenated modulemd documents, if the repository has modules. */
  modules?: string
  run: RunProgram
}

/** An error: createrepo_c or modifyrepo_c could not make the metadata of these packages. */
export class RepodataError extends Error {
  override readonly name = 'RepodataError'
}

/** Largest primary metadata. Those of a whole distribution have several hundred megabytes unpacked. */
const primaryBytesMax = 1024 * 1024 * 1024

/**
 * Writes `OUTPUT/repodata` for the packages below a folder: primary, filelists, other and, with documents, a
 * record of the type `modules` (createrepo_c and modifyrepo_c make them). Locations are relative to the folder
 * of packages.
 *
 * @throws RepodataError with the program's message, or with the packages that createrepo_c left out: it reports
 * such a package and still exits with success
 */
export async function writeRepodata(request: RepodataRequest): Promise<void> {
  const { packages, output, modules, run } = request
  const folders = { readable: [packages], writable: [output] }
  const create = [
    'createrepo_c',
    '--quiet',
    '--no-database',
    '--general-compress-type=gz',
    '--checksum=sha256',
    '--workers=2',
  ]
  const words = await succeed(run, [...create, `--outputdir=${output}`, packages], folders)
  await requireAll(packages, path.join(output, 'repodata'), words)
  if (modules === undefined) return
  const file = path.join(output, 'modules.yaml')
  await writeFile(file, modules)
  await succeed(
    run,
    ['modifyrepo_c', '--mdtype=modules', '--compress-type=gz', file, path.join(output, 'repodata')],
    folders,
  )
}

async function succeed(
  run: RunProgram,
  argv: readonly string[],
  folders: Parameters<RunProgram>[1],
): Promise<string> {
  const { code, stderr } = await run(argv, folders)
  if (code !== 0) throw new RepodataError(`${argv[0] ?? ''} failed (${code}): ${stderr.trim()}`)
  return stderr.trim()
}

/** Checks that the metadata list all packages below a folder. */
async function requireAll(packages: string, repodata: string, words: string): Promise<void> {
  const files = (await readdir(packages, { recursive: true })).filter((file) => file.endsWith('.rpm'))
  const [primary = ''] = (await readdir(repodata)).filter((file) => /primary\.xml\.gz$/.test(file))
  const text = Buffer.from(unpack(await readFile(path.join(repodata, primary)), primaryBytesMax)).toString()
  if (Number(/ packages="(\d+)"/.exec(text)?.[1]) === files.length) return
  const listed = new Set([...text.matchAll(/<location [^>]*href="([^"]*)"/g)].map(([, href]) => href))
  const missing = files.filter((file) => !listed.has(file))
  throw new RepodataError(
    `createrepo_c has left out ${missing.slice(0, 3).join(', ') || 'a package'}${words === '' ? '' : `: ${words}`}`,
  )
}
