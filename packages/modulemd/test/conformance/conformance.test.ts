import { describe, expect, test } from 'vitest'
import { type Problem, readIndex, readPackager, readStream } from '../../src/index.ts'
import type { Case, Reader, Refusal } from './case.ts'
import { corpus } from './corpus.ts'
import { differences } from './differences.ts'
import { hasValidator, validate } from './validator.ts'

/** Returns the first problem of a text in each way of reading. */
function firstProblemsOf(text: string, reader: Reader): Pick<Case, 'strict' | 'lax'> {
  switch (reader) {
    case 'index':
      return { strict: firstOf(readIndex(text, { strict: true })), lax: firstOf(readIndex(text)) }
    case 'single':
    case 'packager-v2':
      return { strict: firstOf(readStream(text, { strict: true })), lax: firstOf(readPackager(text)) }
    case 'packager-v3': {
      // A packager document of version 3 has no lax reading.
      const first = firstOf(readPackager(text))
      return { strict: first, lax: first }
    }
  }
}

function firstOf({ problems: [first] }: { problems: Problem[] }): Refusal | undefined {
  return first === undefined ? undefined : { code: first.code, path: first.path }
}

describe.for(corpus.map((topic) => [topic.title, topic] as const))('%s', ([, { reader, cases }]) => {
  test.for(cases.map((one) => [one.about, one] as const))('%s', ([, { text, strict, lax }]) => {
    expect(firstProblemsOf(text, reader)).toEqual({ strict, lax })
  })
})

describe('the corpus', () => {
  const abouts = corpus.flatMap(({ cases }) => cases.map(({ about }) => about))

  test('says of every case what it alone is about', () => {
    expect(abouts.filter((about, i) => abouts.indexOf(about) !== i)).toEqual([])
  })

  test('has the cases that the lists name', () => {
    const named = differences.flatMap(({ cases }) => cases)
    expect(named.filter((about) => !abouts.includes(about))).toEqual([])
  })
})

describe.skipIf(!hasValidator)('agreement with libmodulemd (needs modulemd-validator)', () => {
  const verdicts = new Map(
    differences.flatMap(({ verdict, cases }) => cases.map((about) => [about, verdict] as const)),
  )
  const verdictOf = ({ about, strict }: Case) =>
    verdicts.get(about) ?? (strict === undefined ? 'taken' : 'refused')

  test.for(corpus.map((topic) => [topic.title, topic] as const))('%s', ([, { reader, cases }]) => {
    const comparable = cases.filter((one) => verdictOf(one) !== 'unknown')
    const texts = comparable.map(({ text }) => text)
    const theirs = validate(texts, reader).map((isTaken) => (isTaken ? 'taken' : 'refused'))
    expect(comparable.map(({ about }, i) => [about, theirs[i]])).toEqual(
      comparable.map((one) => [one.about, verdictOf(one)]),
    )
  })
})
