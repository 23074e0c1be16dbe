import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readModulemd, writeModulemd, type ModulemdDocument } from '@mbs/modulemd'
import type { Artifacts } from '../artifacts/index.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/index.ts'
import type { DistGit } from '../distgit/index.ts'
import { UserError } from '../errors.ts'
import {
  archivesOf,
  listTagged,
  rpmFileName,
  rpmsOf,
  rpmsOfArchives,
  signPackages,
  typeinfosOf,
  type HubRpm,
  type TaggedBuild,
} from '../hub/index.ts'
import type { Platform } from '../platforms/index.ts'
import { readBesideStreams } from '../defaults/index.ts'
import { obsoletesFor } from '../retirement/index.ts'
import type { Signer, SigningKey } from '../signing/index.ts'
import { makeRepodata, removeTree, type BuildUser } from '../sandbox/index.ts'
import { joinContents, nsvc, selectModules, type ComposableModule, type ModuleContent } from './select.ts'
import { ownTags } from './store.ts'
import { rename } from '../files.ts'

export interface ComposeWorld {
  database: Database
  artifacts: Artifacts
  clock: Clock
  /** Who signs packages and metadata; undefined where nothing is signed. */
  signing: { signer: Signer; currentKey: () => Promise<SigningKey> } | undefined
  /** A folder of this machine for work; no build sees it. */
  scratch: string
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
 * @returns the modules in it, as NSVCs, and the key that it is signed with
 */
export async function assemble(
  world: ComposeWorld,
  id: number,
  stream: string,
  tag: string,
): Promise<{ modules: string[]; signingKey: string | null }> {
  const platform = world.platforms.get(stream)
  if (platform === undefined) throw new UserError(422, `there is no platform ${stream}`)
  const builds = await listTagged(world.database, tag, { type: 'module' })
  const modules = selectModules(await composable(world.database, builds))
  const tags = await ownTags(world.database, modules)
  const names = new Set(modules.map(({ name }) => name))
  const defaults = [
    ...(await readBesideStreams(world.distGit, world.moduleDefaults, stream, (name) => names.has(name))),
    ...(await obsoletesFor(world.database, names)),
  ]
  const documents = new Map<string, ModulemdDocument[]>()
  const contents: ModuleContent[] = []
  for (const module of modules) {
    const own = await documentsOf(world, module, platform.arches)
    for (const [arch, list] of own) documents.set(arch, [...(documents.get(arch) ?? []), ...list])
    const name = nsvc(module)
    const rpms = await packagesOf(world.database, module, tags.get(name), [...own.values()].flat())
    contents.push({ nsvc: name, rpms })
  }
  const rpms = joinContents(contents)
  const signing = await signed(world, rpms)
  const folder = path.join(world.composesDir, stream, String(id))
  await mkdir(path.dirname(folder), { recursive: true })
  const fresh = await mkdtemp(`${folder}.new-`)
  await chmod(fresh, 0o755)
  for (const arch of platform.arches) {
    const own = rpms.filter((rpm) => rpm.arch === arch || rpm.arch === 'noarch')
    const text = writeModulemd([...(documents.get(arch) ?? []), ...defaults])
    await makeTree(world, signing, path.join(fresh, arch, 'os'), own, text)
  }
  const sources = rpms.filter(({ arch }) => arch === 'src')
  await makeTree(world, signing, path.join(fresh, 'source', 'tree'), sources)
  if (signing !== undefined) await writeFile(path.join(fresh, keyFile), signing.key.publicKey)
  // Whoever assembled it first has published it; a second try must not take it away.
  if (existsSync(folder)) await removeTree(fresh)
  else await rename(fresh, folder)
  await pointLatest(path.join(world.composesDir, stream), id)
  return { modules: modules.map(nsvc), signingKey: signing?.key.id ?? null }
}

/** The public key of a compose, beside its trees. */
export const keyFile = 'RPM-GPG-KEY'

/** A document of this size is no modulemd. */
const documentBytesMax = 64 * 1024 * 1024

/** Signed copies of packages, by the package's id. */
interface Signed {
  key: SigningKey
  signer: Signer
  copies: ReadonlyMap<number, { sha256: string }>
}

async function signed(world: ComposeWorld, rpms: readonly HubRpm[]): Promise<Signed | undefined> {
  const { signing, database, artifacts, clock, scratch } = world
  if (signing === undefined) return undefined
  const key = await signing.currentKey()
  const { signer } = signing
  return {
    key,
    signer,
    copies: await signPackages({ database, artifacts, clock, signer, scratch }, key, rpms),
  }
}

async function composable(database: Database, builds: readonly TaggedBuild[]): Promise<ComposableModule[]> {
  const infos = await typeinfosOf(
    database,
    builds.map(({ id }) => id),
    'module',
  )
  return builds.map(({ id, nvr }) => {
    const info = infos.get(id) as Record<string, unknown> | null | undefined
    const text = (key: string) => {
      const value = info?.[key]
      if (typeof value === 'string' && value !== '' && (key !== 'version' || /^\d+$/.test(value)))
        return value
      throw new UserError(
        422,
        `${nvr} is tagged, and cannot be composed: its typeinfo has no ${key} of a module`,
      )
    }
    return {
      buildId: id,
      name: text('name'),
      stream: text('stream'),
      version: text('version'),
      context: text('context'),
      modulemd: text('modulemd_str'),
    }
  })
}

/** The documents of a module as they are published, by arch. Modules of earlier releases have one for all. */
async function documentsOf(
  { database, artifacts }: ComposeWorld,
  module: ComposableModule,
  arches: readonly string[],
): Promise<Map<string, ModulemdDocument[]>> {
  const documents = new Map<string, ModulemdDocument[]>()
  const archives = await archivesOf(database, module.buildId)
  for (const arch of arches) {
    const archive = archives.find(({ filename }) => filename === `modulemd.${arch}.txt`)
    if (archive === undefined && archives.length > 0) continue
    const text =
      archive === undefined ? module.modulemd : await artifacts.readText(archive.sha256, documentBytesMax)
    documents.set(arch, readModulemd(text).documents)
  }
  return documents
}

/**
 * The packages that the documents of a module list; nothing else of its tag is published, and nothing of other tags.
 *
 * @param tag the module's own; without one it was built elsewhere, and its packages are those that its import has named
 */
async function packagesOf(
  database: Database,
  module: ComposableModule,
  tag: string | undefined,
  documents: readonly ModulemdDocument[],
): Promise<HubRpm[]> {
  const listed = new Set(
    documents.flatMap((document) => (document.kind === 'modulemd' ? document.artifacts : [])),
  )
  const found =
    tag === undefined
      ? await rpmsOfArchives(database, module.buildId)
      : await rpmsOf(database, await listTagged(database, tag, { type: 'rpm' }))
  const rpms = found.filter(({ nevra }) => listed.has(nevra))
  const there = new Set(rpms.map(({ nevra }) => nevra))
  // Sources of what was imported lie in a repository of their own, and may not have been brought in.
  const missing = [...listed].filter((nevra) => !there.has(nevra) && !/\.(?:no)?src$/.test(nevra))
  if (tag !== undefined && missing.length > 0)
    throw new UserError(
      422,
      `${nsvc(module)} lists ${missing[0] ?? ''}${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}, which its tag ${tag} does not hold any more: tag the build again`,
    )
  return rpms
}

async function makeTree(
  { user, artifacts }: ComposeWorld,
  signing: Signed | undefined,
  folder: string,
  rpms: readonly HubRpm[],
  modules?: string,
): Promise<void> {
  const metadata = `${folder}.metadata`
  await mkdir(path.join(folder, 'Packages'), { recursive: true })
  await mkdir(metadata)
  if (user.uid !== undefined) await chown(metadata, user.uid, user.uid)
  for (const rpm of rpms) {
    const { sha256 } = signing?.copies.get(rpm.id) ?? rpm
    await artifacts.link(sha256, path.join(folder, 'Packages', rpmFileName(rpm)))
  }
  await makeRepodata(user, {
    packages: folder,
    output: metadata,
    ...(modules === undefined || modules === '' ? {} : { modules }),
  })
  await rename(path.join(metadata, 'repodata'), path.join(folder, 'repodata'))
  await removeTree(metadata)
  await signing?.signer.signDetached(signing.key, path.join(folder, 'repodata', 'repomd.xml'))
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
