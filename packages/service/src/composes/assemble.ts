import { existsSync } from 'node:fs'
import { chown, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readModulemd, writeModulemd, type ModulemdDocument } from '@mbs/modulemd'
import type { Database } from '../database/index.ts'
import type { DistGit } from '../distgit/index.ts'
import { UserError } from '../errors.ts'
import {
  nvraOf,
  rpmFileName,
  signPackages,
  type Content,
  type Hub,
  type Rpm,
  type TaggedBuild,
} from '../hub/index.ts'
import type { Platform } from '../platforms/index.ts'
import { readBesideStreams } from '../defaults/index.ts'
import { obsoletesFor } from '../retirement/index.ts'
import type { Signer, SigningKey } from '../signing/index.ts'
import { inFreshFolder, makeRepodata, removeTree, type BuildUser } from '../sandbox/index.ts'
import { joinContents, nsvc, selectModules, type ComposableModule, type ModuleContent } from './select.ts'
import { loadCompose, ownTags, type ComposeRow } from './store.ts'
import { readIfPresent, rename } from '../files.ts'
import { withFileLock } from '../flock.ts'

export interface ComposeWorld {
  database: Database
  hub: Hub
  /** The signer of packages and metadata; undefined if the service signs nothing. */
  signing: { signer: Signer; currentKey: () => Promise<SigningKey> } | undefined
  /** A work folder on this machine; no build sees it. */
  scratch: string
  distGit: DistGit
  platforms: ReadonlyMap<string, Platform>
  user: BuildUser
  /** The folder of composes: PLATFORM/ID, and PLATFORM/latest, a link to the newest. */
  composesDir: string
  /** A git repository of modulemd-defaults documents, with one branch per platform; empty if there is none. */
  moduleDefaults: string
}

/** The contents of a compose, as its row records them. */
export interface Assembled {
  /** NSVCs. */
  modules: string[]
  /** The id of the key that signs the compose; null without signing. */
  signingKey: string | null
}

/**
 * Assembles a compose: for each arch a repository with the packages of all ready modules of the platform, with their
 * documents and defaults in its metadata, and a tree of source packages beside them.
 *
 * The service makes it in a temporary folder and renames that to its final name; the last step renames the link
 * `latest`. A repeated attempt finds the published compose and returns what is in it, not what it would contain now.
 */
export async function assemble(
  world: ComposeWorld,
  compose: Pick<ComposeRow, 'id' | 'platform' | 'time_requested'>,
  tag: string,
): Promise<Assembled> {
  const { id, platform: stream } = compose
  const composes = path.join(world.composesDir, stream)
  const folder = path.join(composes, String(id))
  const published = await contentsIn(folder)
  if (published !== undefined && isOf(compose, published)) {
    await pointLatest(world, composes, id)
    return published
  }
  // The database was restored from a copy: an earlier compose had this number, and no row knows it any more.
  if (published !== undefined) await removeTree(folder)
  const platform = world.platforms.get(stream)
  if (platform === undefined) throw new UserError(422, `there is no platform ${stream}`)
  const builds = await world.hub.tagged(tag, { type: 'module' })
  const modules = selectModules(await composable(world.hub, builds))
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
    const rpms = await packagesOf(world.hub, module, tags.get(name), [...own.values()].flat())
    contents.push({ nsvc: name, rpms })
  }
  const rpms = joinContents(contents)
  const signing = await signed(world, rpms)
  await mkdir(composes, { recursive: true })
  const assembled = { modules: modules.map(nsvc), signingKey: signing?.key.id ?? null }
  await inFreshFolder(folder, async (fresh) => {
    for (const arch of platform.arches) {
      const own = rpms.filter((rpm) => rpm.arch === arch || rpm.arch === 'noarch')
      const text = writeModulemd([...(documents.get(arch) ?? []), ...defaults])
      await makeTree(world, signing, path.join(fresh, arch, 'os'), own, text)
    }
    const sources = rpms.filter(({ arch }) => arch === 'src')
    await makeTree(world, signing, path.join(fresh, 'source', 'tree'), sources)
    if (signing !== undefined) await writeFile(path.join(fresh, keyFile), signing.key.publicKey)
    const contents: Contents = { requested: compose.time_requested.toISOString(), ...assembled }
    await writeFile(path.join(fresh, contentsFile), `${JSON.stringify(contents)}\n`)
    // Another process may have published this compose meanwhile. Its compose stays.
    await rename(fresh, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  })
  await pointLatest(world, composes, id)
  return (await contentsIn(folder)) ?? assembled
}

/** The contents of a compose, beside its trees. */
const contentsFile = 'contents.json'

interface Contents extends Assembled {
  /** When the compose was requested. With its number, this identifies it. Earlier versions did not write it. */
  requested?: string
}

/** Returns undefined for a compose that is not published; an earlier version of the service wrote no such file. */
async function contentsIn(folder: string): Promise<Contents | undefined> {
  const text = await readIfPresent(path.join(folder, contentsFile))
  return text === undefined ? undefined : (JSON.parse(text) as Contents)
}

/** Whether the published contents are those of this row, and not of an earlier compose with the same number. */
function isOf(
  { time_requested: time }: Pick<ComposeRow, 'time_requested'>,
  { requested }: Contents,
): boolean {
  return requested === undefined || requested === time.toISOString()
}

/** The public key of a compose, beside its trees. */
export const keyFile = 'RPM-GPG-KEY'

/** Maximum size of a document, in bytes; a larger text is not modulemd. */
const documentBytesMax = 64 * 1024 * 1024

/** Signed copies of packages, by their `name-version-release.arch`. */
interface Signed {
  key: SigningKey
  signer: Signer
  copies: ReadonlyMap<string, Content>
}

async function signed(world: ComposeWorld, rpms: readonly Rpm[]): Promise<Signed | undefined> {
  const { signing, hub, scratch } = world
  if (signing === undefined) return undefined
  const key = await signing.currentKey()
  const { signer } = signing
  return {
    key,
    signer,
    copies: await signPackages({ hub, signer, scratch }, key, rpms),
  }
}

async function composable(hub: Hub, builds: readonly TaggedBuild[]): Promise<ComposableModule[]> {
  const infos = await hub.typeinfos(
    builds.map(({ nvr }) => nvr),
    'module',
  )
  return builds.map(({ nvr }) => {
    const info = infos.get(nvr) as Record<string, unknown> | null | undefined
    const text = (key: string) => {
      const value = info?.[key]
      if (typeof value === 'string' && value !== '' && (key !== 'version' || /^\d+$/.test(value)))
        return value
      throw new UserError(422, `${nvr} cannot be composed: its module typeinfo lacks ${key}`)
    }
    return {
      nvr,
      name: text('name'),
      stream: text('stream'),
      version: text('version'),
      context: text('context'),
      modulemd: text('modulemd_str'),
    }
  })
}

/**
 * Returns the published documents of a module, by arch. A module of an earlier release has one document for all arches.
 */
async function documentsOf(
  { hub }: ComposeWorld,
  module: ComposableModule,
  arches: readonly string[],
): Promise<Map<string, ModulemdDocument[]>> {
  const documents = new Map<string, ModulemdDocument[]>()
  const archives = await hub.archives(module.nvr)
  for (const arch of arches) {
    const archive = archives.find(({ filename }) => filename === `modulemd.${arch}.txt`)
    if (archive === undefined && archives.length > 0) continue
    const text =
      archive === undefined ? module.modulemd : await hub.readText(archive.content, documentBytesMax)
    documents.set(arch, readModulemd(text).documents)
  }
  return documents
}

/**
 * Returns the packages that the documents of a module list. A compose contains no other packages of the module's tag,
 * and none of other tags.
 *
 * @param tag the module's own tag; undefined for a module that was built elsewhere, whose packages are those that its
 *   import named
 */
async function packagesOf(
  hub: Hub,
  module: ComposableModule,
  tag: string | undefined,
  documents: readonly ModulemdDocument[],
): Promise<Rpm[]> {
  const listed = new Set(
    documents.flatMap((document) => (document.kind === 'modulemd' ? document.artifacts : [])),
  )
  const found =
    tag === undefined
      ? await hub.rpmsOfArchives(module.nvr)
      : await hub.rpms((await hub.tagged(tag, { type: 'rpm' })).map(({ nvr }) => nvr))
  const rpms = found.filter(({ nevra }) => listed.has(nevra))
  const there = new Set(rpms.map(({ nevra }) => nevra))
  // The source packages of an imported module are in a separate repository, and the hub may not have them.
  const missing = [...listed].filter((nevra) => !there.has(nevra) && !/\.(?:no)?src$/.test(nevra))
  if (tag !== undefined && missing.length > 0)
    throw new UserError(
      422,
      `${nsvc(module)} lists ${missing[0] ?? ''}${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}, which is no longer in its tag ${tag}: add the build of this package to the tag again`,
    )
  return rpms
}

async function makeTree(
  { user, hub }: ComposeWorld,
  signing: Signed | undefined,
  folder: string,
  rpms: readonly Rpm[],
  modules?: string,
): Promise<void> {
  const metadata = `${folder}.metadata`
  await mkdir(path.join(folder, 'Packages'), { recursive: true })
  await mkdir(metadata)
  if (user.uid !== undefined) await chown(metadata, user.uid, user.uid)
  for (const rpm of rpms) {
    const content = signing?.copies.get(nvraOf(rpm)) ?? rpm.content
    await hub.linkTo(content, path.join(folder, 'Packages', rpmFileName(rpm)))
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

/**
 * Moves the link `latest` only forward: a compose that is repeated late does not replace a newer one. A newer compose
 * that is not in the database was made before the database was restored from a copy.
 */
async function pointLatest({ database, scratch }: ComposeWorld, folder: string, id: number): Promise<void> {
  await withFileLock(path.join(scratch, `latest-${path.basename(folder)}.lock`), async () => {
    const latest = path.join(folder, 'latest')
    const current = Number(await readlink(latest).catch(() => '0'))
    if (current === id) return
    if (current > id) {
      const row = await loadCompose(database, current)
      const contents = await contentsIn(path.join(folder, String(current)))
      if (row !== undefined && (contents === undefined || isOf(row, contents))) return
    }
    const fresh = `${latest}.${id}`
    await rm(fresh, { force: true })
    await symlink(String(id), fresh)
    await rename(fresh, latest)
  })
}
