import { existsSync } from 'node:fs'
import { chmod, chown, link, mkdir, mkdtemp, readlink, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { readModulemd, writeModulemd, type ModulemdDocument } from '@mbs/modulemd'
import { writeRepodata } from '@mbs/repodata'
import type { Database } from '../database/index.ts'
import type { DistGit } from '../distgit/index.ts'
import { UserError } from '../errors.ts'
import { listTagged, rpmsOf, type HubRpm, type TaggedBuild } from '../hub/index.ts'
import type { Platform } from '../platforms/index.ts'
import { confinedRepodata, removeTree, type BuildUser } from '../sandbox/index.ts'
import { besideStreams } from './beside-streams.ts'
import { nsvc, selectModules, type ComposableModule } from './select.ts'
import { rename } from '../files.ts'

export interface ComposeWorld {
  database: Database
  distGit: DistGit
  platforms: ReadonlyMap<string, Platform>
  user: BuildUser
  /** Where composes are: PLATFORM/ID, and PLATFORM/latest, a link to the newest. */
  composesDir: string
  /** A git repository of modulemd-defaults documents, one branch per platform; none when empty. */
  moduleDefaults: string
}

/**
 * Assembles a compose: per arch a repository with the packages of all ready modules of the platform, and their
 * documents and defaults in its metadata; a tree of sources beside them.
 *
 * It is made beside its place and put there by rename; the last step is a rename of the link `latest`.
 *
 * @returns the modules in it, as NSVCs
 */
export async function assemble(
  world: ComposeWorld,
  id: number,
  stream: string,
  tag: string,
): Promise<string[]> {
  const platform = world.platforms.get(stream)
  if (platform === undefined) throw new UserError(422, `there is no platform ${stream}`)
  const builds = await listTagged(world.database, tag, { inherit: false, type: 'module' })
  const modules = selectModules(builds.map(composable))
  const documents = modules.flatMap((module) => readModulemd(module.modulemd).documents)
  const defaults = await readDefaults(world, stream, new Set(modules.map(({ name }) => name)))
  const rpms = await packagesOf(world.database, modules, documents)
  const folder = path.join(world.composesDir, stream, String(id))
  await mkdir(path.dirname(folder), { recursive: true })
  const fresh = await mkdtemp(`${folder}.new-`)
  await chmod(fresh, 0o755)
  for (const arch of platform.arches) {
    const own = rpms.filter((rpm) => rpm.arch === arch || rpm.arch === 'noarch')
    await makeTree(world.user, path.join(fresh, arch, 'os'), own, writeModulemd([...documents, ...defaults]))
  }
  await makeTree(
    world.user,
    path.join(fresh, 'source', 'tree'),
    rpms.filter(({ arch }) => arch === 'src'),
  )
  // Whoever assembled it first has published it; a second try must not take it away.
  if (existsSync(folder)) await removeTree(fresh)
  else await rename(fresh, folder)
  await pointLatest(path.join(world.composesDir, stream), id)
  return modules.map(nsvc)
}

function composable(build: TaggedBuild): ComposableModule {
  const { module } = (build.extra as { typeinfo: { module: Record<string, string> } }).typeinfo
  const text = (key: string) => module[key] ?? ''
  return {
    name: text('name'),
    stream: text('stream'),
    version: text('version'),
    context: text('context'),
    contentTag: text('content_koji_tag'),
    modulemd: text('modulemd_str'),
  }
}

/**
 * What is said of these modules beside their streams (defaults, obsoletes, translations), from the platform's
 * branch of the repository of defaults.
 */
async function readDefaults(
  world: ComposeWorld,
  stream: string,
  names: ReadonlySet<string>,
): Promise<ModulemdDocument[]> {
  const { distGit, moduleDefaults } = world
  if (moduleDefaults === '') return []
  const commit = await distGit.resolveRef(moduleDefaults, stream)
  if (commit === undefined) return []
  const files = await distGit.listFiles(moduleDefaults, commit)
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith('.yaml'))
      .map(async (file) => ({ file, text: (await distGit.readFile(moduleDefaults, commit, file)) ?? '' })),
  )
  return besideStreams(texts, names)
}

/** The files behind the artifacts that the documents list; nothing else of a module's tag is published. */
async function packagesOf(
  database: Database,
  modules: readonly ComposableModule[],
  documents: readonly ModulemdDocument[],
): Promise<HubRpm[]> {
  const listed = new Set(
    documents.flatMap((document) => (document.kind === 'modulemd' ? document.artifacts : [])),
  )
  const rpms: HubRpm[] = []
  for (const { contentTag } of modules) {
    const builds = await listTagged(database, contentTag, { inherit: false, type: 'rpm' })
    rpms.push(...(await rpmsOf(database, builds)).filter(({ nevra }) => listed.has(nevra)))
  }
  return rpms
}

async function makeTree(
  user: BuildUser,
  folder: string,
  rpms: readonly HubRpm[],
  modules?: string,
): Promise<void> {
  const metadata = `${folder}.metadata`
  await mkdir(path.join(folder, 'Packages'), { recursive: true })
  await mkdir(metadata)
  if (user.uid !== undefined) await chown(metadata, user.uid, user.uid)
  for (const rpm of rpms) await link(rpm.path, path.join(folder, 'Packages', path.basename(rpm.path)))
  await writeRepodata({
    packages: folder,
    output: metadata,
    ...(modules === undefined || modules === '' ? {} : { modules }),
    run: confinedRepodata(user),
  })
  await rename(path.join(metadata, 'repodata'), path.join(folder, 'repodata'))
  await removeTree(metadata)
}

/** Only forward: a compose that was repeated late does not replace a newer one. */
async function pointLatest(folder: string, id: number): Promise<void> {
  const latest = path.join(folder, 'latest')
  const current = Number(await readlink(latest).catch(() => '0'))
  if (current >= id) return
  const fresh = `${latest}.${id}`
  await rm(fresh, { force: true })
  await symlink(String(id), fresh)
  await rename(fresh, latest)
}
