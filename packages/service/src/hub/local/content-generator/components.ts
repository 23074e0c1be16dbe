import { sql } from 'kysely'
import type { Tx } from '../../../database/index.ts'
import { UserError } from '../../../errors.ts'
import type { GeneratorComponent } from './metadata.ts'

/** The components of a list that this hub has. */
export interface Matches {
  rpms: number[]
  archives: number[]
  /** The components that this hub does not have, as sentences for the import log. */
  unmatched: string[]
}

/**
 * Looks up components: packages by name, version, release and arch; files by name, size and checksum. A component that
 * this hub does not have is no error (Koji: match_components). A package with the same name but other content is a
 * different package, so it counts as not found (Koji accepts it): the content of another user's build must never stand
 * for a shipped package.
 *
 * @throws UserError (400) for an unknown type, or for an archive that differs from its component
 */
export async function matchComponents(tx: Tx, components: readonly GeneratorComponent[]): Promise<Matches> {
  const matches: Matches = { rpms: [], archives: [], unmatched: [] }
  for (const component of components) {
    if (component.type === 'rpm') await matchRpm(tx, component, matches)
    else if (component.type === 'file') await matchFile(tx, component, matches)
    else if (component.type === 'kojifile') await matchArchive(tx, component, matches)
    else throw new UserError(400, `No such component type: ${component.type}`, 'components')
  }
  return matches
}

async function matchRpm(tx: Tx, component: GeneratorComponent, matches: Matches): Promise<void> {
  if ('location' in component) throw new UserError(400, 'External rpms not allowed', 'components')
  if ('id' in component) throw new UserError(400, "Unexpected 'id' field in component", 'components')
  const [name, version, release, arch] = ['name', 'version', 'release', 'arch'].map((key) =>
    textOf(component, key),
  )
  const { rows } = await sql<{ id: number; sigmd5: string }>`
    select id, sigmd5 from hub_rpms
     where name = ${name} and version = ${version} and release = ${release} and arch = ${arch}
     order by sigmd5 = ${typeof component['sigmd5'] === 'string' ? component['sigmd5'] : ''} desc, id`.execute(
    tx,
  )
  const [found] = rows
  if (found === undefined)
    matches.unmatched.push(`IGNORING unmatched rpm component: ${JSON.stringify(component)}`)
  else if (found.sigmd5 !== component['sigmd5'])
    matches.unmatched.push(`rpm component (md5 mismatch): ${JSON.stringify(component)}`)
  else matches.rpms.push(found.id)
}

async function matchFile(tx: Tx, component: GeneratorComponent, matches: Matches): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    select id from hub_archives
     where filename = ${textOf(component, 'filename')} and size = ${numberOf(component, 'filesize', Number.MAX_SAFE_INTEGER)}
       and checksum_type = ${textOf(component, 'checksum_type')} and checksum = ${textOf(component, 'checksum')}
     order by id`.execute(tx)
  const [found] = rows
  if (found === undefined) matches.unmatched.push(`IGNORING unmatched archive: ${JSON.stringify(component)}`)
  else matches.archives.push(found.id)
}

async function matchArchive(tx: Tx, component: GeneratorComponent, matches: Matches): Promise<void> {
  const id = component['archive_id']
  const { rows } = await sql<Record<string, unknown>>`
    select p.name || '-' || b.version || '-' || b.release as nvr, a.filename, a.size as filesize, a.checksum, a.checksum_type
      from hub_archives a join hub_builds b on b.id = a.build_id join hub_packages p on p.id = b.package_id
     where a.id = ${numberOf(component, 'archive_id', 2_147_483_647)}`.execute(tx)
  const [expected] = rows
  if (expected === undefined) throw new UserError(400, `No such archive: ${JSON.stringify(id)}`, 'components')
  for (const key of ['nvr', 'filename'])
    if (!(key in component))
      throw new UserError(400, `${key} field missing for component, archive_id=${String(id)}`, 'components')
  for (const [key, value] of Object.entries(expected))
    if (key in component && component[key] !== value)
      throw new UserError(
        400,
        `Component field ${key} does not match for archive_id=${String(id)}: ${String(value)} != ${JSON.stringify(component[key])}`,
        'components',
      )
  matches.archives.push(Number(id))
}

function textOf(component: GeneratorComponent, key: string): string {
  const value = component[key]
  if (typeof value !== 'string')
    throw new UserError(400, `a component of type ${component.type} has no ${key}`, 'components')
  return value
}

function numberOf(component: GeneratorComponent, key: string, max: number): number {
  const value = component[key]
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
    throw new UserError(
      400,
      `a component of type ${component.type} has no ${key} that is a number`,
      'components',
    )
  return value
}
