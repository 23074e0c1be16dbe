import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import { describe, expect, test } from 'vitest'
import { expand, universeOfDocuments, upstreamRules, type Block, type Expansion } from './index.ts'

// The results of Fedora's MBS 3.0.0 for 35 submissions to a universe of 303 builds (README.md in this folder).
const folder = path.join(import.meta.dirname, '../../fixtures/expand')
const rules = { ...upstreamRules, streamSuffixes: [[/^el\d+\.\d+\.\d+\.z$/, 0.1] as const] }

interface Recorded {
  default_streams: Record<string, string>
  raise_if_stream_ambigous: boolean
  expected?: {
    context: string
    dependencies: Record<'buildrequires' | 'requires', Record<string, string[]>>[]
    xmd_buildrequires: Record<string, { stream: string; version: string; context: string; ref: string }>
  }[]
  expected_error?: { error: string; message: string }
}

const documents = (file: string) =>
  readModulemd(readFileSync(path.join(folder, file), 'utf8')).documents as ModuleStream[]
const { universe, assumed } = universeOfDocuments(documents('universe-020.yaml'), rules)
const cases = readdirSync(path.join(folder, 'u020')).filter((file) => file.endsWith('.input.yaml'))

describe('stream expansion answers as upstream', () => {
  test('on a universe that has its base modules', () => {
    expect(assumed).toEqual([])
    expect(cases).toHaveLength(35)
  })

  test.each(cases)('to %s', (file) => {
    const recorded = JSON.parse(
      readFileSync(path.join(folder, 'u020', file.replace('.input.yaml', '.json')), 'utf8'),
    ) as Recorded
    const [document] = documents(`u020/${file}`)
    const answer = () =>
      expand(document?.dependencies ?? [], universe, {
        rules,
        defaultStreams: new Map(Object.entries(recorded.default_streams)),
        refuseAmbiguous: recorded.raise_if_stream_ambigous,
      }).expansions
    if (recorded.expected === undefined) expect(answer).toThrow()
    else expect(answer().map(recordedForm).sort(byContext)).toEqual(recorded.expected.sort(byContext))
  })
})

const lists = (requirements: Block['requires']) =>
  Object.fromEntries([...requirements].map(([name, streams]) => [name, [...streams]]))

function recordedForm({ context, dependencies, modules }: Expansion) {
  return {
    context,
    dependencies: dependencies.map(({ buildrequires, requires }) => ({
      buildrequires: lists(buildrequires),
      requires: lists(requires),
    })),
    xmd_buildrequires: Object.fromEntries(
      modules.map(({ name, stream, version, context, ref }) => [
        name,
        { context, ref, stream, version: version.toString() },
      ]),
    ),
  }
}

function byContext(a: { context: string }, b: { context: string }): number {
  return a.context < b.context ? -1 : 1
}
