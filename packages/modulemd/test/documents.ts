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
