import type { ModuleStream, Xmd } from '@mbs/modulemd'
import { writeModulemd } from '@mbs/modulemd'
import { sql } from 'kysely'
import { serviceCaller } from '../auth/index.ts'
import type { Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import {
  defaultContext,
  mbsDataOf,
  nameFault,
  paddedStreamVersion,
  type ExpansionRules,
} from '../expansion/index.ts'
import { HubChange, tagBuilds } from '../hub/index.ts'
import { linkBases, moduleTables, updateModuleBuild } from '../modulebuilds/index.ts'
import { registeredTags, registerTags, tagName } from '../registry/index.ts'
import { importOwner } from './record-platforms.ts'

/**
 * Records a module that was built elsewhere, or a base module, as a ready build (upstream: import_mmd). What is there
 * under the same name is brought up to date.
 *
 * @param from where the document comes from, and the builds of the hub that are its packages: they are put into a tag of
 *   the module's own, so that others can be built with them
 * @returns its id, and what there is to say about it
 * @throws UserError 422 for a document that cannot be imported, 409 for the name of a module that was built here, 404
 *   for builds that the hub does not have
 */
export async function importModule(
  tx: Tx,
  document: ModuleStream,
  rules: ExpansionRules,
  from: { scmurl: string | null; builds: readonly string[] },
  now: Date,
): Promise<{ id: number; messages: string[] }> {
  const { name, stream } = requireNames(document)
  const isBase = rules.baseModules.includes(name)
  const { buildrequires, virtualStreams, commit, kojiTag, disttagMarking } = mbsDataOf(document)
  if (isBase) requireBaseModule(document, stream, disttagMarking)
  else requireMarking(disttagMarking)
  requireDependencies(document, buildrequires)
  const nsvc = {
    name,
    stream,
    version: (document.version ?? 0n).toString(),
    context: document.context ?? defaultContext,
  }
  const text = Object.values(nsvc).join(':')
  const messages: string[] = []
  // Two who bring in the same one come one after the other.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`import ${text}`}, 0))`.execute(tx)
  const known = await findKnown(tx, nsvc)
  if (known !== undefined && (known.is_configured || known.owner !== importOwner))
    throw new UserError(
      409,
      known.is_configured
        ? `${text} stands for a platform of the configuration; it is not replaced`
        : `${text} was built here (module build ${known.id}); it is not replaced`,
    )
  const id = known?.id ?? (await insert(tx, nsvc, now))
  if (known !== undefined) messages.push(`Updating existing module build ${text}.`)
  const arches = archesOf(document)
  const tag = await tagOf(tx, { id, nsvc, arches, builds: from.builds, told: kojiTag }, now)
  await updateModuleBuild(tx, id, {
    modulemd: writeModulemd([document]),
    final_modulemd: null,
    koji_tag: tag,
    scmurl: from.scmurl,
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
    stream_version: isBase ? paddedStreamVersion(stream, rules.streamSuffixes) : null,
    virtual_streams: virtualStreams,
    arches,
    time_modified: now,
    time_completed: now,
  })
  await moduleTables(tx).updateTable('module_builds').set({ state: 'ready' }).where('id', '=', id).execute()
  const bases = rules.baseModules.flatMap((base) => {
    const entry = buildrequires.get(base)
    return entry === undefined ? [] : [{ name: base, ...entry }]
  })
  await moduleTables(tx).deleteFrom('module_build_bases').where('module_build_id', '=', id).execute()
  const linked = await linkBases(tx, id, bases)
  for (const base of bases.slice(linked))
    messages.push(
      `It was built on ${base.name}:${base.stream}:${base.version}:${base.context}, which is not known here: nothing is built against it until that is imported, and this module again.`,
    )
  return { id, messages: [...messages, `Module ${text} imported`] }
}

function requireNames({ name, stream, context }: ModuleStream): { name: string; stream: string } {
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

/** What a base module says becomes part of the dist tags of others, in which a dash has a meaning. */
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
  const isRight = Array.isArray(virtual) && virtual.every((one) => typeof one === 'string')
  if (virtual !== undefined && !isRight)
    throw new UserError(422, 'The virtual streams must be a list of strings', 'data.xmd.mbs.virtual_streams')
}

/** A privileged module gives its mark to those that are built with it. */
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

/** The tag of what a module has built: ours where its packages are in the hub, else what its document tells. */
async function tagOf(
  tx: Tx,
  module: { id: number; nsvc: Nsvc; arches: string[]; builds: readonly string[]; told: string | undefined },
  now: Date,
): Promise<string | null> {
  const known = await registeredTags(tx, module.id)
  if (module.builds.length === 0) return known?.tag ?? module.told ?? null
  const change = await HubChange.begin(tx, serviceCaller, now)
  const { tag } = await registerTags(change, module.id, tagName(module.nsvc), module.arches)
  await tagBuilds(change, tag, module.builds)
  return tag
}

type Nsvc = Record<'name' | 'stream' | 'version' | 'context', string>

async function findKnown(tx: Tx, { name, stream, version, context }: Nsvc) {
  return moduleTables(tx)
    .selectFrom('module_builds')
    .select(['id', 'owner', 'is_configured'])
    .where('name', '=', name)
    .where('stream', '=', stream)
    .where('version', '=', version)
    .where('context', '=', context)
    .where('state', '<>', 'failed')
    .where('scratch', '=', false)
    .orderBy('id')
    .forUpdate()
    .executeTakeFirst()
}

async function insert(tx: Tx, nsvc: Nsvc, now: Date): Promise<number> {
  const { id } = await moduleTables(tx)
    .insertInto('module_builds')
    .values({
      ...nsvc,
      state: 'ready',
      owner: importOwner,
      rebuild_strategy: 'all',
      time_submitted: now,
      time_modified: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
