import { expect, test } from 'vitest'
import type { Tx } from '../database/index.ts'
import { NewsWriter } from './news-writer.ts'
import type { Subject } from './subject.ts'

const seven = { kind: 'thing', id: 7 }

/** Counts the transactions of a writer, and what each of them has written in the end. */
function counted(exists = true) {
  const committed: string[][] = []
  const writer = new NewsWriter(async (_subject: Subject, _name, write) => {
    if (!exists) return undefined
    written = []
    const result = await write(undefined as unknown as Tx, new Date(0))
    // The commit takes time, in which more news come.
    await new Promise((resolve) => setTimeout(resolve, 20))
    committed.push(written)
    return result
  })
  let written: string[] = []
  const news = (text: string, subject: Subject = seven) =>
    writer.write(subject, text, () => {
      if (text.startsWith('wrong')) return Promise.reject(new Error(text))
      written.push(text)
      return Promise.resolve(text)
    })
  return { committed, news }
}

test('news of one subject that come together are written in one transaction, in their order', async () => {
  const { committed, news } = counted()
  expect(await Promise.all(['a', 'b'].map((text) => news(text)))).toEqual(['a', 'b'])
  const first = news('c')
  await new Promise((resolve) => setTimeout(resolve, 10))
  await Promise.all([first, ...['d', 'e', 'f'].map((text) => news(text))])
  expect(committed).toEqual([['a', 'b'], ['c'], ['d', 'e', 'f']])
})

test('news that cannot be written keep no other news from being written', async () => {
  const { committed, news } = counted()
  const results = await Promise.allSettled(['a', 'wrong b', 'c'].map((text) => news(text)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(committed).toEqual([['a'], ['c']])
  expect(await news('d')).toBe('d')
})

test('news of a subject that does not exist are not written', async () => {
  const { news } = counted(false)
  expect(await Promise.all([news('a'), news('b')])).toEqual([undefined, undefined])
})
