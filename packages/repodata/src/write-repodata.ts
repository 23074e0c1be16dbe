import { writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * Runs a program and gives its exit code and what it wrote to its error stream. The caller decides where: packages
 * are other people's files, so a service runs it confined.
 */
export type RunProgram = (
  argv: readonly string[],
  folders: { readable: readonly string[]; writable: readonly string[] },
) => Promise<{ code: number; stderr: string }>

export interface RepodataRequest {
  /** The folder of packages, searched to any depth. */
  packages: string
  /** Where the folder `repodata` is made; exists and is writable for the program. */
  output: string
  /** The concatenated modulemd documents, if the repository has modules. */
  modules?: string
  run: RunProgram
}

/**
 * Writes `OUTPUT/repodata` for the packages below a folder: primary, filelists, other and, with documents, a record
 * of the type `modules` (createrepo_c and modifyrepo_c make them). Locations are relative to the folder of packages.
 *
 * @throws Error with the program's words
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
  await succeed(run, [...create, `--outputdir=${output}`, packages], folders)
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
): Promise<void> {
  const { code, stderr } = await run(argv, folders)
  if (code !== 0) throw new Error(`${argv[0] ?? ''} failed (${code}): ${stderr.trim()}`)
}
