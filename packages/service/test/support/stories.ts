import { parse } from 'yaml'

/** A module in a story, line by line. */
export interface Asked {
  name: string
  stream: string
  lines: readonly string[]
}

/** The state before the submission. */
export interface Before {
  included: readonly Asked[]
  built: readonly Asked[]
  changed: readonly string[]
}

/** A submission, and its expected plan. */
export interface Story {
  title: string
  /** All its lines up to the expected ones, in the form of the file. */
  text: readonly string[]
  before: Before
  asked: Asked
  expected: string[]
}

const section = /^(built|included|changed|asked) (\S+)$/
const end = /^(planned|refused)$/

/** Returns the stories of a file, and the text before the first one: the state before all of them. */
export function readStories(text: string): { head: string; before: Before; stories: Story[] } {
  const parts = text.split(/^(?=== )/m)
  const head = parts[0]?.startsWith('== ') === false ? (parts.shift() ?? '') : ''
  return { head, before: readSections(head.split('\n')), stories: parts.map(readStory) }
}

function readStory(part: string): Story {
  const lines = part.trimEnd().split('\n')
  const last = lines.findIndex((line) => end.test(line))
  const text = last === -1 ? lines : lines.slice(0, last)
  const [title = ''] = text
  const { asked, ...before } = readSections(text.slice(1))
  if (asked === undefined) throw new Error(`${title}: nothing is asked`)
  return {
    title: title.replace(/^== /, ''),
    text,
    before,
    asked,
    expected: last === -1 ? [] : lines.slice(last),
  }
}

function readSections(lines: readonly string[]): Before & { asked?: Asked } {
  const modules: Record<string, Asked[]> = { included: [], built: [], asked: [] }
  const changed: string[] = []
  let current: string[] = []
  for (const line of lines.filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, kind, what = ''] = section.exec(line) ?? []
    if (kind === undefined) {
      // A line of a section; any other line would be ignored silently.
      if (!line.startsWith('  ')) throw new Error(`"${line}" is nothing that a story has`)
      current.push(line.trim())
      continue
    }
    current = []
    const [name = '', stream = '1'] = what.split(':')
    if (kind === 'changed') changed.push(what)
    else modules[kind]?.push({ name, stream, lines: current })
  }
  const { included = [], built = [], asked: [asked] = [] } = modules
  return { included, built, changed, ...(asked === undefined ? {} : { asked }) }
}

/** Returns the file's text with other expectations. */
export function writeStories(head: string, stories: readonly Story[]): string {
  return head + stories.map(({ text, expected }) => [...text, ...expected].join('\n')).join('\n\n') + '\n'
}

/** Reads YAML with all values as text: streams look like numbers, and 5.30 is not 5.3. */
function textIn(yaml: string): unknown {
  return parse(yaml, { schema: 'failsafe' })
}

/** Keys of a document whose values are numbers or booleans. */
const notText = new Set(['version', 'static_context'])

/** Splits a line into its first word and the rest. */
function split(line: string): [key: string, rest: string] {
  const [, key = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
  return [key, rest]
}

/** Returns the parameters of the request, without the document. */
export function requestOf({ lines }: Asked): Record<string, unknown> {
  const request = lines.map(split).find(([key]) => key === 'request')
  return request === undefined ? {} : (textIn(request[1]) as Record<string, unknown>)
}

/** Returns the names of the components in the lines. */
export function componentsOf({ lines }: Asked): string[] {
  return lines.map(split).flatMap(([key, rest]) => (key === 'component' ? split(rest)[0] : []))
}

/**
 * Returns the document of the lines. It is JSON, which is YAML too: `configuration` lines make a packager's document of
 * version 3, all others a stream document of version 2.
 */
export function documentOf(asked: Asked): string {
  const data: Record<string, unknown> = { summary: 's', description: 'd' }
  const blocks: Record<'buildrequires' | 'requires', unknown>[] = []
  const configurations: unknown[] = []
  const buildopts: Record<string, unknown> = {}
  const components: Record<'rpms' | 'modules', Record<string, unknown>> = { rpms: {}, modules: {} }
  for (const [key, rest] of asked.lines.map(split))
    if (key === 'buildrequires') blocks.push({ buildrequires: textIn(rest), requires: {} })
    else if (key === 'requires') blocks.splice(-1, 1, { ...blocks.at(-1), requires: textIn(rest) } as never)
    else if (key === 'configuration') configurations.push(textIn(rest))
    else if (key === 'component' || key === 'include') {
      const [name, keys] = split(rest)
      const place = key === 'component' ? 'rpms' : 'modules'
      const ref = place === 'rpms' ? { ref: 'main' } : {}
      const more = keys === '' ? {} : (parse(`{${keys}}`) as object)
      components[place][name] = { rationale: 'r', ...ref, ...more }
    } else if (key === 'macros') buildopts['rpms'] = { macros: rest }
    else if (key === 'arches') buildopts['arches'] = textIn(rest)
    else if (key === 'contexts') data['xmd'] = { mbs_options: { contexts: textIn(rest) } }
    else if (key !== 'request') data[key] = notText.has(key) ? (parse(rest) as unknown) : textIn(rest)
  if (Object.keys(buildopts).length > 0) data['buildopts'] = buildopts
  if (Object.keys({ ...components.rpms, ...components.modules }).length > 0) data['components'] = components
  const isPackager = configurations.length > 0
  return JSON.stringify({
    document: isPackager ? 'modulemd-packager' : 'modulemd',
    version: isPackager ? 3 : 2,
    data: isPackager
      ? { ...data, license: ['MIT'], configurations }
      : { ...data, license: { module: ['MIT'] }, ...(blocks.length > 0 ? { dependencies: blocks } : {}) },
  })
}

/**
 * Returns the document of an import for a line of the universe: `NAME:STREAM CONTEXT on PLATFORM[, NAME:STREAM …]
 * [requires {MODULE: [STREAM]}]`. Its version is the 1st of May of 2019 after the number of its platform, in the
 * service's form.
 */
export function importOf(line: string): string {
  const [, name, stream, context, on = '', requires = '{}'] =
    /^([^:]+):(\S+) (\S+) on (.*?)(?: requires (\{.*\}))?$/.exec(line) ?? []
  const [platform = '', ...others] = on.split(', ')
  const numbers = platform
    .replace(/^\D+/, '')
    .split('.')
    .map((part, index) => (index === 0 ? part : part.padStart(2, '0')))
  const built = [`platform:${platform}`, ...others].map((one) => one.split(':'))
  return JSON.stringify({
    document: 'modulemd',
    version: 2,
    data: {
      name,
      stream,
      version: `${numbers.join('')}20190501000000`,
      context,
      summary: 's',
      description: 'd',
      license: { module: ['MIT'] },
      dependencies: [
        {
          buildrequires: Object.fromEntries(built.map(([module = '', one]) => [module, [one]])),
          requires: textIn(requires),
        },
      ],
      xmd: {
        mbs: {
          commit: 'abc',
          mse: 'TRUE',
          buildrequires: Object.fromEntries(
            built.map(([module = '', one]) => [
              module,
              { stream: one, version: '1', context: '00000000', ref: 'abc' },
            ]),
          ),
        },
      },
    },
  })
}
