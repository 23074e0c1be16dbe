import {
  ModulemdError,
  lintModulemd,
  modulemdToJson,
  readDrafts,
  readModulemd,
  readPackager,
  writeModulemd,
} from '../src/index.ts'

/** Returns a generator of numbers from 0 to 1 that depend only on the seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const PIECES = [
  ...[
    '',
    ' ',
    '  ',
    '\n',
    '\n  ',
    '\t',
    '\r',
    ':',
    ': ',
    '- ',
    '? ',
    ',',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '>',
  ],
  ...[
    '|2-',
    '>+',
    '&a ',
    '*a',
    '!t ',
    '!!str ',
    '!<x> ',
    '#',
    ' #',
    '---',
    '\n---\n',
    '\n...\n',
    '%YAML 1.1\n',
    '<<: ',
  ],
  ...[
    '\\',
    '\\x4',
    '\\U00110000',
    '~',
    'null',
    'TRUE',
    '1.10',
    '0x1F',
    '-1',
    '18446744073709551615',
    '2020-02-30',
  ],
  ...[
    '2021-01-02T03:04Z',
    'é',
    '😀',
    '\ud800',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u0000',
    '\u0007',
    'a: b',
    '[a, b]',
  ],
  ...[
    '{a: b}',
    '{}',
    '[]',
    'rpms:',
    'data:',
    'document: modulemd',
    'version: 1',
    'modulemd-packager',
    'x'.repeat(2000),
  ],
  ...['['.repeat(120), '- '.repeat(120), 'buildafter: [a]', 'name: a', 'stream: "*"', 'context: "[a-"'],
]

/** Returns a text with some pieces moved, removed, added or repeated. */
export function mutate(text: string, random: () => number): string {
  const at = (length: number) => Math.floor(random() * (length + 1))
  const pick = () => PIECES[Math.floor(random() * PIECES.length)] ?? ''
  let result = text
  for (let edits = 1 + Math.floor(random() * 4); edits > 0; edits--) {
    const from = at(result.length)
    const lines = result.split('\n')
    const line = Math.floor(random() * lines.length)
    switch (Math.floor(random() * 6)) {
      case 0:
        result = result.slice(0, from) + pick() + result.slice(from)
        break
      case 1:
        result = result.slice(0, from) + result.slice(from + at(20))
        break
      case 2:
        result = lines.toSpliced(line, at(3)).join('\n')
        break
      case 3:
        result = lines.toSpliced(at(lines.length), 0, ...lines.slice(line, line + at(4))).join('\n')
        break
      case 4:
        result = lines.with(line, (lines[line] ?? '').replace(/:.*/, `: ${pick()}`)).join('\n')
        break
      default:
        result = result.slice(0, from) + pick() + result.slice(from + at(10))
    }
  }
  return result
}

/** Calls every operation on a text, and returns the fault that it finds, if any. */
export function faultOf(text: string): string | undefined {
  for (const strict of [true, false]) {
    const { documents, problems } = readModulemd(text, { strict })
    for (const { line, column, message, remedy } of problems) {
      if (line < 1 || column < 1 || message === '' || remedy === '')
        return `a problem without place or remedy: ${message}`
    }
    const written = writeModulemd(documents)
    const again = readModulemd(written, { strict: true })
    if (again.problems.length > 0) return `what was written is refused: ${again.problems[0]?.message ?? ''}`
    if (writeModulemd(again.documents) !== written) return 'what was written is written otherwise'
    JSON.stringify(modulemdToJson(documents))
  }
  upgradeAndWrite(text)
  readPackager(text)
  lintModulemd(text, { today: '2026-01-01' })
  return undefined
}

/**
 * Upgrades and writes a text. A document that version 1 allows may be invalid in version 2: that is an expected
 * error, and no fault.
 */
function upgradeAndWrite(text: string): void {
  const { index } = readDrafts(text)
  try {
    index.upgrade()
    index.write()
  } catch (error) {
    if (!(error instanceof ModulemdError)) throw error
  }
}
