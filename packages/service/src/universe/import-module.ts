import type { ModuleStream, Xmd } from '@mbs/modulemd'
import { writeModulemd } from '@mbs/modulemd'
import { sql } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import {
  defaultContext,
  mbsDataOf,
  nameFault,
  requireBounded,
  paddedStreamVersion,
  type ExpansionRules,
} from '../expansion/index.ts'
import { settled, type Hub } from '../hub/index.ts'
import {
  insertImported,
  linkBases,
  lockStream,
  transition,
  unlinkBases,
  updateModuleBuild,
  type StateNews,
} from '../modulebuilds/index.ts'
import { handOverTags, makeTags, registeredTags, reserveTags, tagName } from '../registry/index.ts'
import { importOwner } from './record-platforms.ts'

/** The place of an imported document, and the tag that holds its builds, if there is one. */
interface Origin {
  scmurl: string | null
  tag?: string
}

/** Maximum number of builds that one request to the hub tags. */
const taggedAtOnceMax = 200

/**
 * Imports a module whose packages may be builds of the hub. The service puts these builds into the module's own tag, so
 * that other modules can be built with them.
 *
 * @param from the place of the document, and the builds of the hub that are the module's packages
 * @returns the id of the module build, and messages for the user
 * @throws UserError as {@link importModule}, 409 for builds that cannot be tagged
 */
export async function importWithBuilds(
  world: { database: Database; hub: Hub; news: StateNews },
  document: ModuleStream,
  rules: ExpansionRules,
  from: { scmurl: string | null; builds: readonly string[] },
  now: Date,
): Promise<{ id: number; messages: string[] }> {
  const { database, hub, news } = world
  const { scmurl, builds } = from
  const { nsvc } = checked(document, rules)
  const known = await findKnown(database, nsvc)
  requireReplaceable(nsvc, known)
  const origin: Origin = { scmurl }
  if (builds.length > 0) {
    await requireBuilds(hub, builds)
    const own = known === undefined ? undefined : await registeredTags(database, known.id)
    const tags = own ?? (await reserveTags(world, Object.values(nsvc).join(':'), tagName(nsvc)))
    await makeTags(hub, tags, archesOf(document))
    await tagTogether(hub, tags.tag, builds)
    origin.tag = tags.tag
  }
  return inTransaction(database, 'import module', (tx) =>
    importModule(tx, news, document, rules, origin, now),
  )
}

/** Checks the builds before the import changes anything. */
async function requireBuilds(hub: Hub, nvrs: readonly string[]): Promise<void> {
  const found = await hub.builds(nvrs)
  const missing = nvrs.filter((nvr) => found.get(nvr)?.state !== 'complete')
  if (missing.length > 0)
    throw new UserError(
      409,
      `the hub has no complete builds ${missing.join(', ')}; import them first (mbs hub import)`,
      'builds',
    )
}

/** Tags all builds. If the hub refuses one, none is tagged: a ready module must not be half changed. */
async function tagTogether(hub: Hub, tag: string, nvrs: readonly string[]): Promise<void> {
  const before = new Set((await hub.tagged(tag)).map(({ nvr }) => nvr))
  try {
    for (let start = 0; start < nvrs.length; start += taggedAtOnceMax)
      await settled(hub.tag(tag, nvrs.slice(start, start + taggedAtOnceMax)))
  } catch (error) {
    const added = nvrs.filter((nvr) => !before.has(nvr))
    // If the removal fails too, the first error is the one to report.
    if (error instanceof UserError)
      for (let start = 0; start < added.length; start += taggedAtOnceMax)
        await hub.untag(tag, added.slice(start, start + taggedAtOnceMax)).catch(() => undefined)
    throw error
  }
}

/**
 * Records a module that was built elsewhere, or a base module, as a ready build (upstream: import_mmd). Updates an
 * earlier import of the same name.
 *
 * @returns the id of the module build, and messages for the user
 * @throws UserError 422 for a document that cannot be imported, 409 for the name of a module that was built here
 */
export async function importModule(
  tx: Tx,
  news: StateNews,
  document: ModuleStream,
  rules: ExpansionRules,
  { scmurl, tag: taggedIn }: Origin,
  now: Date,
): Promise<{ id: number; messages: string[] }> {
  const { nsvc, isBase } = checked(document, rules)
  const { buildrequires, virtualStreams, commit, kojiTag } = mbsDataOf(document)
  const text = Object.values(nsvc).join(':')
  const messages: string[] = []
  // Imports and submissions of one stream run one after the other.
  await lockStream(tx, nsvc.name, nsvc.stream)
  const known = await findKnown(tx, nsvc)
  requireReplaceable(nsvc, known)
  const times = { time_submitted: now, time_modified: now }
  const id =
    known?.id ??
    (await insertImported(tx, { ...nsvc, owner: importOwner, rebuild_strategy: 'all', ...times }))
  if (known !== undefined) messages.push(`Updating existing module build ${text}.`)
  if (taggedIn !== undefined) await handOverTags(tx, text, id)
  const tags = await registeredTags(tx, id)
  // Another request has imported the module meanwhile, with other builds.
  if (taggedIn !== undefined && tags?.tag !== taggedIn)
    throw new UserError(409, `${text} was imported by another request at the same time; import it again`)
  const tag = tags?.tag ?? kojiTag ?? null
  await updateModuleBuild(tx, id, {
    modulemd: writeModulemd([document]),
    final_modulemd: null,
    koji_tag: tag,
    scmurl,
    commit,
    platform: rules.baseModules.flatMap((base) => buildrequires.get(base)?.stream ?? [])[0] ?? null,
    buildrequires: JSON.stringify(
      Object.fromEntries(
        [...buildrequires].map(([module, { kojiTag: tag, ...entry }]) => [
          module,
          { ...entry, koji_tag: tag },
        ]),
      ),
    ),
    requires: JSON.stringify(document.dependencies.map(({ requires }) => Object.fromEntries(requires))),
    stream_version: isBase ? paddedStreamVersion(nsvc.stream, rules.streamSuffixes) : null,
    virtual_streams: virtualStreams,
    arches: archesOf(document),
    time_modified: now,
    time_completed: now,
  })
  const bases = rules.baseModules.flatMap((base) => {
    const entry = buildrequires.get(base)
    return entry === undefined ? [] : [{ name: base, ...entry }]
  })
  await unlinkBases(tx, id)
  const linked = await linkBases(tx, id, bases)
  for (const base of bases.slice(linked))
    messages.push(
      `It was built on ${base.name}:${base.stream}:${base.version}:${base.context}, which is unknown here: nothing can build against this module until you import that base module, and then this module again.`,
    )
  await transition(tx, news, id, { state: 'ready' }, now)
  return { id, messages: [...messages, `Module ${text} imported`] }
}

/** Most characters of a tag's name (Koji: the width of its column). */
const tagNameMax = 256

/** A marking is a part of releases, which have at most 256 characters in the hub. */
const markingMax = 100

/** As many as a stream may have; PostgreSQL's index of virtual streams has a limit, too. */
const virtualStreamMax = 200

/** Checks a document for everything that can be wrong, and returns its NSVC. */
function checked(document: ModuleStream, rules: ExpansionRules): { nsvc: Nsvc; isBase: boolean } {
  const { name, stream } = requireNames(document)
  const isBase = rules.baseModules.includes(name)
  const { buildrequires, disttagMarking, kojiTag } = mbsDataOf(document)
  for (const [key, text, max] of [
    ['disttag_marking', disttagMarking, markingMax],
    ['koji_tag', kojiTag, tagNameMax],
  ] as const)
    if (text !== undefined && text.length > max)
      throw new UserError(422, `The ${key} can have at most ${max} characters`, `data.xmd.mbs.${key}`)
  if (isBase) requireBaseModule(document, stream, disttagMarking)
  else requireMarking(disttagMarking)
  requireDependencies(document, buildrequires)
  const version = (document.version ?? 0n).toString()
  return { nsvc: { name, stream, version, context: document.context ?? defaultContext }, isBase }
}

function requireReplaceable(nsvc: Nsvc, known: Awaited<ReturnType<typeof findKnown>>): void {
  if (known === undefined || (!known.is_configured && known.owner === importOwner)) return
  const text = Object.values(nsvc).join(':')
  throw new UserError(
    409,
    known.is_configured
      ? `${text} is a platform of the configuration; it cannot be replaced`
      : `${text} was built here (module build ${known.id}); it cannot be replaced`,
  )
}

function requireNames({ name, stream, context, dependencies }: ModuleStream): {
  name: string
  stream: string
} {
  requireBounded(dependencies)
  if (name === undefined || stream === undefined)
    throw new UserError(422, 'Both the name and stream must be set for the modulemd being imported.', 'data')
  for (const [key, text] of [
    ['name', name],
    ['stream', stream],
    ['context', context ?? defaultContext],
  ] as const) {
    const fault = nameFault(key, text)
    if (fault !== undefined) throw new UserError(422, fault, `data.${key}`)
  }
  return { name, stream }
}

/**
 * Checks a base module. Its marking or stream becomes part of the dist tags of other modules, where a dash has a
 * meaning.
 */
function requireBaseModule(document: ModuleStream, stream: string, marking: string | undefined): void {
  if (marking?.includes('-') === true)
    throw new UserError(422, 'The disttag_marking cannot contain a dash', 'data.xmd.mbs.disttag_marking')
  if ((marking ?? '') === '' && stream.includes('-'))
    throw new UserError(
      422,
      'The stream cannot contain a dash unless disttag_marking is set',
      'data.xmd.mbs.disttag_marking',
    )
  const mbs = document.xmd instanceof Map ? document.xmd.get('mbs') : undefined
  const virtual: Xmd | undefined = mbs instanceof Map ? mbs.get('virtual_streams') : undefined
  const isRight =
    Array.isArray(virtual) &&
    virtual.every((one) => typeof one === 'string' && one.length <= virtualStreamMax)
  if (virtual !== undefined && !isRight)
    throw new UserError(
      422,
      `The virtual streams must be a list of strings, each of at most ${virtualStreamMax} characters`,
      'data.xmd.mbs.virtual_streams',
    )
}

/** Checks the marking of a privileged module: modules that are built with it get this marking. */
function requireMarking(marking = ''): void {
  if (!/^[A-Za-z0-9._]*$/.test(marking))
    throw new UserError(
      422,
      'The disttag_marking can only contain letters, digits, dots and underscores',
      'data.xmd.mbs.disttag_marking',
    )
}

function requireDependencies(document: ModuleStream, buildrequires: ReadonlyMap<string, unknown>): void {
  const [block, ...others] = document.dependencies
  if (others.length > 0)
    throw new UserError(
      422,
      "The imported module's dependencies list should contain just one block",
      'data.dependencies',
    )
  const missing = [...(block?.buildrequires.keys() ?? [])].filter((name) => !buildrequires.has(name))
  if (missing.length > 0)
    throw new UserError(
      422,
      `The imported module buildrequires other modules, but the metadata in the xmd["mbs"]["buildrequires"] dictionary is missing entries for: ${missing.sort().join(', ')}`,
      'data.xmd.mbs.buildrequires',
    )
}

function archesOf({ xmd }: ModuleStream): string[] {
  const mbs = xmd instanceof Map ? xmd.get('mbs') : undefined
  const arches = mbs instanceof Map ? mbs.get('koji_tag_arches') : undefined
  return Array.isArray(arches) ? arches.filter((arch) => typeof arch === 'string') : []
}

type Nsvc = Record<'name' | 'stream' | 'version' | 'context', string>

async function findKnown(
  tx: Database | Tx,
  { name, stream, version, context }: Nsvc,
): Promise<{ id: number; owner: string; is_configured: boolean } | undefined> {
  const { rows } = await sql<{ id: number; owner: string; is_configured: boolean }>`
    select id, owner, is_configured from module_builds
     where name = ${name} and stream = ${stream} and version = ${version} and context = ${context}
       and state <> 'failed' and not scratch
       -- The row of an import lives again. An own build that is garbage stays so.
       and (state <> 'garbage' or owner = ${importOwner})
     order by state = 'garbage', id limit 1`.execute(tx)
  return rows[0]
}
