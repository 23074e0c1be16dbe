import { Api } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { queryOf } from '../query.ts'
import { report } from '../report.ts'

type Options = Readonly<Record<string, string | boolean>>

interface Tag {
  name: string
  arches: string
  permission: string | null
  locked: boolean
}

interface Link {
  child: string
  parent: string
  priority: number
  maxdepth: number | null
  intransitive: boolean
  noconfig: boolean
  pkg_filter: string
  currdepth?: number
}

function tagPath(tag: string, rest = ''): string {
  return `/tags/${encodeURIComponent(tag)}${rest}`
}

function settingsOf(options: Options): Record<string, unknown> {
  const { arches, permission, lock, unlock } = options
  if (lock !== undefined && unlock !== undefined)
    throw new CommandError(exitCodes.usage, 'a tag is locked or unlocked, not both')
  return {
    ...(arches === undefined ? {} : { arches }),
    ...(permission === undefined ? {} : { permission: permission === '' ? null : permission }),
    ...(lock === undefined ? {} : { locked: true }),
    ...(unlock === undefined ? {} : { locked: false }),
  }
}

function describeTag({ name, arches, permission, locked }: Tag): string {
  const notes = [
    arches === '' ? 'no arches' : arches,
    ...(locked ? ['locked'] : []),
    ...(permission === null ? [] : [`for ${permission}`]),
  ]
  return `${name}  (${notes.join(', ')})`
}

/** `mbs hub tag create`. */
export async function hubTagCreate(global: GlobalOptions, name: string, options: Options): Promise<void> {
  const parent = options['parent'] === undefined ? {} : { parent: options['parent'] }
  const body = { name, ...settingsOf(options), ...parent }
  const tag = await new Api(global.server, global.token).hub<Tag>('POST', '/tags/', body)
  report(global.json, tag, () => [describeTag(tag)])
}

/** `mbs hub tag edit`. */
export async function hubTagEdit(global: GlobalOptions, name: string, options: Options): Promise<void> {
  const rename = options['rename'] === undefined ? {} : { name: options['rename'] }
  const body = { ...settingsOf(options), ...rename }
  const tag = await new Api(global.server, global.token).hub<Tag>('PATCH', tagPath(name), body)
  report(global.json, tag, () => [describeTag(tag)])
}

/** `mbs hub tag delete`. */
export async function hubTagDelete(global: GlobalOptions, name: string): Promise<void> {
  await new Api(global.server, global.token).hub('DELETE', tagPath(name))
  report(global.json, { deleted: name }, () => [`${name} is deleted`])
}

/** `mbs hub tag inherit`. */
export async function hubTagInherit(
  global: GlobalOptions,
  name: string,
  parent: string | undefined,
  options: Options,
): Promise<void> {
  const api = new Api(global.server, global.token)
  if (parent !== undefined)
    await api.hub('PUT', tagPath(name, '/inheritance'), { links: [linkOf(parent, options)] })
  const list = await api.hub<{ items: Link[] }>('GET', tagPath(name, '/inheritance?full=true'))
  report(global.json, list, () => [
    name,
    ...list.items.map((link) => `${'  '.repeat(link.currdepth ?? 1)}${link.parent}${notesOf(link)}`),
  ])
}

function linkOf(parent: string, options: Options): Record<string, unknown> {
  const { priority, maxdepth, intransitive, noconfig, filter, remove } = options
  if (remove !== undefined) return { parent, delete: true }
  return {
    parent,
    ...(priority === undefined ? {} : { priority: wholeNumber(priority, '--priority') }),
    ...(maxdepth === undefined ? {} : { maxdepth: wholeNumber(maxdepth, '--maxdepth') }),
    ...(intransitive === undefined ? {} : { intransitive }),
    ...(noconfig === undefined ? {} : { noconfig }),
    ...(filter === undefined ? {} : { pkg_filter: filter }),
  }
}

function wholeNumber(text: string | boolean, option: string): number {
  if (typeof text === 'string' && /^-?\d{1,9}$/.test(text)) return Number(text)
  throw new CommandError(exitCodes.usage, `${option} takes a whole number, not "${String(text)}"`)
}

function notesOf({ priority, maxdepth, intransitive, noconfig, pkg_filter }: Link): string {
  const notes = [
    `priority ${priority}`,
    ...(maxdepth === null ? [] : [`maxdepth ${maxdepth}`]),
    ...(intransitive ? ['intransitive'] : []),
    ...(noconfig ? ['noconfig'] : []),
    ...(pkg_filter === '' ? [] : [`packages ${pkg_filter}`]),
  ]
  return `  (${notes.join(', ')})`
}

/** `mbs hub tag add` and `mbs hub tag remove`. */
export async function hubTagChange(
  global: GlobalOptions,
  verb: 'add' | 'remove',
  tag: string,
  builds: readonly string[],
  force: boolean,
): Promise<void> {
  const api = new Api(global.server, global.token)
  for (const build of builds) {
    if (verb === 'add') await api.hub('POST', tagPath(tag, '/builds'), { build, force })
    else
      await api.hub(
        'DELETE',
        tagPath(tag, `/builds/${encodeURIComponent(build)}${force ? '?force=true' : ''}`),
      )
  }
  const done = verb === 'add' ? 'is in' : 'is no more in'
  report(global.json, { tag, builds }, () => builds.map((build) => `${build} ${done} ${tag}`))
}

/** `mbs hub tag move`. */
export async function hubTagMove(
  global: GlobalOptions,
  from: string,
  to: string,
  builds: readonly string[],
  force: boolean,
): Promise<void> {
  const api = new Api(global.server, global.token)
  for (const build of builds) await api.hub('POST', '/moves/', { build, from, to, force })
  report(global.json, { from, to, builds }, () =>
    builds.map((build) => `${build} went from ${from} to ${to}`),
  )
}

/** `mbs hub tag list`. */
export async function hubTagList(
  global: GlobalOptions,
  name: string | undefined,
  options: Options,
): Promise<void> {
  const api = new Api(global.server, global.token)
  if (name === undefined || /[*?]/.test(name)) {
    const tags = await api.hub<{ items: Tag[] }>('GET', `/tags/${queryOf({ pattern: name })}`)
    report(global.json, tags, () =>
      tags.items.length === 0 ? ['there are none'] : tags.items.map(describeTag),
    )
    return
  }
  const list = await api.hub<{ items: { nvr: string; tag: string; types: string[] }[] }>(
    'GET',
    tagPath(name, `/builds${queryOf(options)}`),
  )
  report(global.json, list, () =>
    list.items.length === 0
      ? ['there are none']
      : list.items.map(
          ({ nvr, tag, types }) => `${types.join(',').padEnd(8)}  ${nvr}${tag === name ? '' : `  (${tag})`}`,
        ),
  )
}

/** `mbs hub tag history`. */
export async function hubTagHistory(
  global: GlobalOptions,
  name: string,
  options: { limit: string; before?: string },
): Promise<void> {
  const query = queryOf({ per_page: options.limit, before: options.before })
  const list = await new Api(global.server, global.token).hub<{
    items: { event: number; at: string; user: string; subject: string; action: string; what: string }[]
  }>('GET', tagPath(name, `/history${query}`))
  report(global.json, list, () =>
    list.items.map(
      ({ event, at, user, subject, action, what }) =>
        `${String(event).padStart(7)}  ${at}  ${user}  ${subject} ${what} was ${action}`,
    ),
  )
}
