import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readIndex, readPackager, writeModulemd } from '../../src/index.ts'
import { anyDocument } from '../arbitrary-documents.ts'
import type { Reader } from './case.ts'
import { corpus } from './corpus.ts'
import { hasValidator, validate } from './validator.ts'

/** Returns our output for an accepted text, and the reader for this output. */
function writtenOf(text: string, reader: Reader): { text: string; reader: Reader } {
  if (reader === 'index') return { text: readIndex(text, { strict: true }).index.write(), reader }
  const { document } = readPackager(text)
  return {
    text: writeModulemd(document === undefined ? [] : [document]),
    reader: document?.kind === 'modulemd-packager' ? 'packager-v3' : 'index',
  }
}

describe.skipIf(!hasValidator)('what we write is what libmodulemd takes (needs modulemd-validator)', () => {
  test('any documents', () => {
    fc.assert(
      fc.property(fc.array(anyDocument, { minLength: 50, maxLength: 50 }), (documents) => {
        for (const reader of ['index', 'packager-v3'] as const) {
          const texts = documents
            .filter(({ kind }) => (kind === 'modulemd-packager') === (reader === 'packager-v3'))
            .map((document) => writeModulemd([document]))
          expect(validate(texts, reader)).toEqual(texts.map(() => true))
        }
      }),
      { numRuns: 5, endOnFailure: true },
    )
  })

  test('the documents that we take', () => {
    const written = corpus.flatMap(({ reader, cases }) =>
      cases
        .filter(({ strict }) => strict === undefined)
        .map(({ about, text }) => ({ about, ...writtenOf(text, reader) })),
    )
    for (const reader of ['index', 'packager-v3'] as const) {
      const own = written.filter((one) => one.reader === reader)
      const verdicts = validate(
        own.map(({ text }) => text),
        reader,
      )
      expect(own.filter((_, i) => verdicts[i] !== true)).toEqual([])
    }
  })
})
