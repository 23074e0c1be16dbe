import type { ModuleStream } from '../src/index.ts'

/** Returns the smallest valid stream document as text, with additional keys of `data`. */
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

/** Returns the smallest valid defaults document as text, with additional keys of `data`. */
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

/** The document of `streamText` without arguments. */
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

/** Returns the smallest valid obsoletes document as text, with additional keys of `data`. */
export function obsoletesText(...lines: string[]): string {
  return textOf(
    'modulemd-obsoletes',
    ['modified: 2024-01-02T03:04Z', 'module: m', 'stream: s', 'message: x'],
    lines,
  )
}

/** Returns the smallest valid translations document as text, with additional keys of `data`. */
export function translationsText(...lines: string[]): string {
  return textOf('modulemd-translations', ['module: m', 'stream: s', 'modified: 202401020304'], lines)
}

/** Returns the text of a document. A given key replaces the required key of the same name. */
function textOf(kind: string, required: readonly string[], lines: readonly string[]): string {
  const keyOf = (line: string) => line.slice(0, line.indexOf(':'))
  const kept = required.filter((line) => !lines.some((other) => keyOf(other) === keyOf(line)))
  const data = [...kept, ...lines].map((line) => `  ${line}`)
  return ['---', `document: ${kind}`, 'version: 1', 'data:', ...data, '...', ''].join('\n')
}
