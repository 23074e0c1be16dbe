import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
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

/** Largest primary metadata that are searched for missing packages, unpacked. A text cannot be much larger. */
const primaryBytesMax = 256 * 1024 * 1024

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

/** Returns the beginning of packed text: metadata of any size begin with their number of packages. */
function beginOf(bytes: Uint8Array): string {
  // A part of a packed file ends in the middle, which is no fault here.
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 16 * 1024 * 1024 }
  return gunzipSync(bytes.subarray(0, 4096), options).toString('utf8', 0, 4096)
}

/** Returns the packages that the metadata lack; none where the metadata are too large to be read. */
function missingIn(bytes: Uint8Array, files: readonly string[]): string[] {
  try {
    const text = Buffer.from(unpack(bytes, primaryBytesMax)).toString()
    const listed = new Set([...text.matchAll(/<location [^>]*href="([^"]*)"/g)].map(([, href]) => href))
    return files.filter((file) => !listed.has(file))
  } catch {
    return []
  }
}

/** Checks that the metadata list all packages below a folder. */
async function requireAll(packages: string, repodata: string, words: string): Promise<void> {
  const files = (await readdir(packages, { recursive: true })).filter((file) => file.endsWith('.rpm'))
  const [primary = ''] = (await readdir(repodata)).filter((file) => /primary\.xml\.gz$/.test(file))
  const bytes = await readFile(path.join(repodata, primary))
  if (Number(/ packages="(\d+)"/.exec(beginOf(bytes))?.[1]) === files.length) return
  const missing = missingIn(bytes, files)
  throw new RepodataError(
    `createrepo_c has left out ${missing.slice(0, 3).join(', ') || 'a package'}${words === '' ? '' : `: ${words}`}`,
  )
}
