import type { ModuleStream } from '../src/index.ts'

/** The least that a stream document can be, as text; more keys of `data` can be added. */
export function streamText(...lines: string[]): string {
  const data = ['summary: s', 'description: d', 'license: {module: [MIT]}', ...lines]
  return [
    '---',
    'document: modulemd',
    'version: 2',
    'data:',
    ...data.map((line) => `  ${line}`),
    '...',
    '',
  ].join('\n')
}

/** The least that a defaults document can be, as text; more keys of `data` can be added. */
export function defaultsText(...lines: string[]): string {
  const data = ['module: m', ...lines]
  return [
    '---',
    'document: modulemd-defaults',
    'version: 1',
    'data:',
    ...data.map((line) => `  ${line}`),
    '...',
    '',
  ].join('\n')
}

/** What `streamText` says. */
export const leastStream: ModuleStream = {
  kind: 'modulemd',
  staticContext: false,
  summary: 's',
  description: 'd',
  license: { module: ['MIT'], content: [] },
  dependencies: [],
  profiles: new Map(),
  api: [],
  filter: [],
  demodularized: [],
  serviceLevels: new Map(),
  components: { rpms: new Map(), modules: new Map() },
  artifacts: [],
}

/** The least that an obsoletes document can be, as text; more keys of `data` can be added. */
export function obsoletesText(...lines: string[]): string {
  return textOf(
    'modulemd-obsoletes',
    ['modified: 2024-01-02T03:04Z', 'module: m', 'stream: s', 'message: x'],
    lines,
  )
}

/** The least that a translations document can be, as text; more keys of `data` can be added. */
export function translationsText(...lines: string[]): string {
  return textOf('modulemd-translations', ['module: m', 'stream: s', 'modified: 202401020304'], lines)
}

/** A key that is given replaces the one that must be there. */
function textOf(kind: string, required: readonly string[], lines: readonly string[]): string {
  const keyOf = (line: string) => line.slice(0, line.indexOf(':'))
  const kept = required.filter((line) => !lines.some((other) => keyOf(other) === keyOf(line)))
  const data = [...kept, ...lines].map((line) => `  ${line}`)
  return ['---', `document: ${kind}`, 'version: 1', 'data:', ...data, '...', ''].join('\n')
}
