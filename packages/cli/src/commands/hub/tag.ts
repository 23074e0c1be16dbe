import type { Schemas } from '@mbs/client'
import { answerOf, Api, thisMoment, wholeList } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { linesOfPage, report } from '../../report.ts'
import { wholeNumber } from '../../whole-number.ts'

type Options = Readonly<Record<string, string | boolean>>

/** Settings of a tag, in the form of the API. */
interface Settings {
  arches?: string
  permission?: string | null
  locked?: boolean
}

function settingsOf(options: Options): Settings {
  const { arches, permission, lock, unlock } = options
  if (lock !== undefined && unlock !== undefined)
    throw new CommandError(exitCodes.usage, 'a tag is locked or unlocked, not both')
  return {
    ...(arches === undefined ? {} : { arches: String(arches) }),
    ...(permission === undefined ? {} : { permission: permission === '' ? null : String(permission) }),
    ...(lock === undefined ? {} : { locked: true }),
    ...(unlock === undefined ? {} : { locked: false }),
  }
}

function describeTag({ name, arches, permission, locked }: Schemas['HubTag']): string {
  const notes = [
    arches === '' ? 'no arches' : arches,
    ...(locked ? ['locked'] : []),
    ...(permission === null ? [] : [`for ${permission}`]),
  ]
  return `${name}  (${notes.join(', ')})`
}

/** `mbs hub tag create`. */
export async function hubTagCreate(global: GlobalOptions, name: string, options: Options): Promise<void> {
  const parent = options['parent'] === undefined ? {} : { parent: String(options['parent']) }
  const body = { name, ...settingsOf(options), ...parent }
  const tag = await answerOf(new Api(global.server, global.token).service.POST('/hub/tags/', { body }))
  report(global.json, tag, () => [describeTag(tag)])
}

/** `mbs hub tag edit`. */
export async function hubTagEdit(global: GlobalOptions, name: string, options: Options): Promise<void> {
  const rename = options['rename'] === undefined ? {} : { name: String(options['rename']) }
  const body = { ...settingsOf(options), ...rename }
  const { service } = new Api(global.server, global.token)
  const tag = await answerOf(service.PATCH('/hub/tags/{tag}', { params: { path: { tag: name } }, body }))
  report(global.json, tag, () => [describeTag(tag)])
}

/** `mbs hub tag delete`. */
export async function hubTagDelete(global: GlobalOptions, name: string): Promise<void> {
  const { service } = new Api(global.server, global.token)
  await answerOf(service.DELETE('/hub/tags/{tag}', { params: { path: { tag: name } } }))
  report(global.json, { deleted: name }, () => [`${name} is deleted`])
}

/** `mbs hub tag inherit`. */
export async function hubTagInherit(
  global: GlobalOptions,
  name: string,
  parent: string | undefined,
  options: Options,
): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const place = '/hub/tags/{tag}/inheritance'
  const path = { tag: name }
  if (parent !== undefined)
    await answerOf(service.PUT(place, { params: { path }, body: { links: [linkOf(parent, options)] } }))
  const list = await answerOf(service.GET(place, { params: { path, query: { full: true } } }))
  report(global.json, list, () => [
    name,
    ...list.items.map((link) => `${'  '.repeat(link.currdepth ?? 1)}${link.parent}${notesOf(link)}`),
  ])
}

function linkOf(parent: string, options: Options) {
  const { priority, maxdepth, intransitive, noconfig, filter, remove } = options
  if (remove !== undefined) return { parent, delete: true }
  return {
    parent,
    ...(priority === undefined ? {} : { priority: wholeNumber(priority, '--priority') }),
    ...(maxdepth === undefined ? {} : { maxdepth: wholeNumber(maxdepth, '--maxdepth') }),
    ...(intransitive === undefined ? {} : { intransitive: true }),
    ...(noconfig === undefined ? {} : { noconfig: true }),
    ...(filter === undefined ? {} : { pkg_filter: String(filter) }),
  }
}

function notesOf({
  priority,
  maxdepth,
  intransitive,
  noconfig,
  pkg_filter,
}: Schemas['InheritanceLink']): string {
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
  const { service } = new Api(global.server, global.token)
  for (const build of builds)
    await answerOf<unknown>(
      verb === 'add'
        ? service.POST('/hub/tags/{tag}/builds', { params: { path: { tag } }, body: { build, force } })
        : service.DELETE('/hub/tags/{tag}/builds/{nvr}', {
            params: { path: { tag, nvr: build }, query: { force } },
          }),
    )
  const done = verb === 'add' ? 'is in' : 'is no longer in'
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
  const { service } = new Api(global.server, global.token)
  for (const build of builds)
    await answerOf(service.POST('/hub/moves/', { body: { build, from, to, force } }))
  report(global.json, { from, to, builds }, () =>
    builds.map((build) => `${build} went from ${from} to ${to}`),
  )
}

/** Filters for the builds of a tag. */
interface Listing {
  inherit?: boolean
  latest?: string
  package?: string
  type?: string
  event?: string
}

/** `mbs hub tag list`. */
export async function hubTagList(
  global: GlobalOptions,
  name: string | undefined,
  options: Listing,
): Promise<void> {
  const { service } = new Api(global.server, global.token)
  if (name === undefined || /[*?]/.test(name)) {
    const pattern = name === undefined ? {} : { pattern: name }
    const tags = await wholeList((page) =>
      service.GET('/hub/tags/', { params: { query: { ...pattern, ...page } } }),
    )
    report(global.json, tags, () => (tags.items.length === 0 ? ['none'] : tags.items.map(describeTag)))
    return
  }
  const { latest, event, ...rest } = options
  const query = {
    ...rest,
    ...(latest === undefined ? {} : { latest: wholeNumber(latest, '--latest') }),
    ...(event === undefined ? await thisMoment(service) : { event: wholeNumber(event, '--event') }),
  }
  const list = await wholeList((page) =>
    service.GET('/hub/tags/{tag}/builds', { params: { path: { tag: name }, query: { ...query, ...page } } }),
  )
  report(global.json, list, () =>
    list.items.length === 0
      ? ['none']
      : list.items.map(
          ({ nvr, tag, types }) => `${types.join(',').padEnd(8)}  ${nvr}${tag === name ? '' : `  (${tag})`}`,
        ),
  )
}

/** `mbs hub tag history`. */
export async function hubTagHistory(
  global: GlobalOptions,
  name: string,
  options: { limit: string; page: string },
): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const query = {
    per_page: wholeNumber(options.limit, '--limit'),
    page: wholeNumber(options.page, '--page'),
  }
  const list = await answerOf(
    service.GET('/hub/tags/{tag}/history', { params: { path: { tag: name }, query } }),
  )
  const lines = list.items.map(
    ({ event, at, user, subject, action, what }) =>
      `${String(event).padStart(7)}  ${at}  ${user}  ${subject} ${what} was ${action}`,
  )
  report(global.json, list, () => linesOfPage(list.meta, lines, 'changes'))
}
