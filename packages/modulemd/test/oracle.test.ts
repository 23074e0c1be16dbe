import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ModulemdDocument, readModulemd, writeModulemd } from '../src/index.ts'
import { anyDefaults, anyStream } from './arbitrary-documents.ts'
import { defaultsText, streamText } from './documents.ts'

const hasValidator = spawnSync('modulemd-validator', ['--version']).error === undefined

/** Which of the texts libmodulemd's validator takes. */
function verdictsOf(texts: readonly string[]): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'mbs-modulemd-'))
  try {
    return texts.map((text, i) => {
      const file = join(folder, `${i}.yaml`)
      writeFileSync(file, text)
      return spawnSync('modulemd-validator', [file]).status === 0
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe.skipIf(!hasValidator)('agreement with libmodulemd (needs modulemd-validator)', () => {
  test('takes what we write', () => {
    const named = anyStream.map((stream) => ({ ...stream, name: 'n', stream: 's' }))
    const document: fc.Arbitrary<ModulemdDocument> = fc.oneof({ weight: 4, arbitrary: named }, anyDefaults)
    fc.assert(
      fc.property(fc.array(document, { minLength: 20, maxLength: 20 }), (documents) => {
        const texts = documents.map((one) => writeModulemd([one]))
        expect(verdictsOf(texts)).toEqual(texts.map(() => true))
      }),
      { numRuns: 5, endOnFailure: true },
    )
  })

  test('refuses and takes what we refuse and take', () => {
    const texts = [
      streamText(),
      streamText('nmae: a'),
      streamText('version: 007'),
      streamText('version: 1.0'),
      streamText('static_context: yes'),
      streamText('static_context: true', 'context: a-b'),
      streamText('dependencies: {}'),
      streamText('dependencies: [{requires: {a: [b, -c]}}]'),
      streamText('dependencies: [{requires: {a: [-b, -c]}}]'),
      streamText('profiles: {a: {}}'),
      streamText('profiles: {a: }'),
      streamText('components: {rpms: {a: {buildafter: [b]}}}'),
      streamText('components: {rpms: {a: {buildafter: [b]}, b: {}}}'),
      streamText('components: {modules: {a: {arches: [b]}}}'),
      streamText('artifacts: {rpms: [a-0:1-1.noarch]}'),
      streamText('artifacts: {rpms: [a-1-1.noarch]}'),
      streamText('xmd: [a]'),
      streamText('servicelevels: {a: {eol: 2020-01}}'),
      defaultsText(),
      defaultsText('module: n'),
      defaultsText('profiles: {a: [], a: []}'),
      defaultsText('intents: {a: {profiles: {b: c}}}'),
      defaultsText().replace('version: 1', 'version: 2'),
      "---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: 'm\n'\n",
      'document: modulemd-defaults\nversion: 1\ndata: {module: [\nm]}\n',
      '- a\n',
      '',
    ]
    const ours = texts.map((text) => readModulemd(text, { strict: true }).problems.length === 0)
    expect(ours).toEqual(verdictsOf(texts))
  })
})
