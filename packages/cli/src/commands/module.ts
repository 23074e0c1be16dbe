import { readFileSync } from 'node:fs'
import { Api } from '../api.ts'
import { CommandError, exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { report } from '../report.ts'

interface Retirement {
  name: string
  stream: string
  eol: string
  reason: string
  obsoleted_by: string | null
}

/** `mbs module retire`: from a day on nothing is built of a stream, and composes tell of it. */
export async function moduleRetire(
  global: GlobalOptions,
  stream: string,
  options: { eol: string; reason: string; obsoletedBy?: string },
): Promise<void> {
  const retired = await new Api(global.server, global.token).call<Retirement>('PUT', pathOf(stream), {
    eol: options.eol,
    reason: options.reason,
    ...(options.obsoletedBy === undefined ? {} : { obsoleted_by: options.obsoletedBy }),
  })
  report(global.json, retired, () => [describe(retired)])
}

/** `mbs module revive`. */
export async function moduleRevive(global: GlobalOptions, stream: string): Promise<void> {
  await new Api(global.server, global.token).call('DELETE', pathOf(stream))
  report(global.json, { revived: stream }, () => [`${stream} is not retired any more`])
}

/** `mbs module retired`. */
export async function moduleRetired(global: GlobalOptions): Promise<void> {
  const list = await new Api(global.server, global.token).call<{ items: Retirement[] }>(
    'GET',
    '/retirements/',
  )
  report(global.json, list, () =>
    list.items.length === 0 ? ['no stream is retired'] : list.items.map(describe),
  )
}

/** `mbs import`: modules that were built elsewhere, from a commit in dist-git or from the documents of a file. */
export async function importCommand(global: GlobalOptions, target: string): Promise<void> {
  const api = new Api(global.server, global.token)
  const parameters = /^[a-z+]+:\/\//.test(target)
    ? [{ scmurl: target }]
    : documentsOf(target).map((modulemd) => ({ modulemd }))
  const imported: Awaited<ReturnType<Api['importModule']>>[] = []
  for (const one of parameters) imported.push(await api.importModule(one))
  report(global.json, imported, () => imported.flatMap(({ messages }) => messages))
}

/** Each document of a file by itself: `modules.yaml` has many, of which only streams are imported. */
function documentsOf(file: string): string[] {
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new CommandError(
      exitCodes.usage,
      `${file} is neither a scmurl nor a file that can be read (${error instanceof Error ? error.message : String(error)})`,
    )
  }
  const documents = text
    .split(/^---[ \t]*$/m)
    .filter((document) => /^document:[ \t]*["']?modulemd["']?[ \t]*$/m.test(document))
  if (documents.length === 0)
    throw new CommandError(exitCodes.failed, `${file} has no modulemd document of a stream`)
  return documents.map((document) => `---\n${document.replace(/^\.\.\.[ \t]*$/gm, '')}`)
}

function pathOf(text: string): string {
  const [, name, stream] = /^([^:/]+):([^:/]+)$/.exec(text) ?? []
  if (name === undefined || stream === undefined)
    throw new CommandError(exitCodes.usage, `"${text}" is no NAME:STREAM`)
  return `/retirements/${encodeURIComponent(name)}/${encodeURIComponent(stream)}`
}

function describe({ name, stream, eol, reason, obsoleted_by: other }: Retirement): string {
  return `${name}:${stream} ends on ${eol}: ${reason}${other === null ? '' : ` (${other} takes its place)`}`
}
