import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import type { Tx } from '../database/index.ts'
import { NewsWriter, type Recorder } from './news-writer.ts'
import type { Subject } from './subject.ts'

const seven = { kind: 'thing', id: 7 }

/** Counts the transactions of a writer, and what each of them has written in the end. */
function counted(exists = true) {
  const committed: string[][] = []
  const results: unknown[] = []
  const endings: string[] = []
  const write = (ending: string) => async (_subject: Subject, _name: string, news: Recorder) => {
    if (!exists) return
    written = []
    const result = await news(undefined as unknown as Tx, new Date(0))
    // The commit takes time, in which more news come.
    await new Promise((resolve) => setTimeout(resolve, 20))
    committed.push(written)
    results.push(result)
    endings.push(ending)
  }
  const writer = new NewsWriter(systemClock, { andTakeTurn: write('taken'), andWakeTurn: write('woken') })
  let written: string[] = []
  const news = (text: string, subject: Subject = seven) =>
    writer.write(subject, text, () => {
      if (text.startsWith('wrong')) return Promise.reject(new Error(text))
      written.push(text)
      return Promise.resolve(text.startsWith('waits') ? 'waits' : undefined)
    })
  return { committed, results, endings, news }
}

test('news of one subject that come together are written in one transaction, in their order', async () => {
  const { committed, news } = counted()
  await Promise.all(['a', 'b'].map((text) => news(text)))
  const first = news('c')
  await new Promise((resolve) => setTimeout(resolve, 10))
  await Promise.all([first, ...['d', 'e', 'f'].map((text) => news(text))])
  expect(committed).toEqual([['a', 'b'], ['c'], ['d', 'e', 'f']])
})

test('news that cannot be written keep no other news from being written', async () => {
  const { committed, endings, news } = counted()
  const results = await Promise.allSettled(['a', 'wrong b', 'c'].map((text) => news(text)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(committed).toEqual([['a'], ['c']])
  await news('d')
  expect(committed).toEqual([['a'], ['c'], ['d']])
  // Not a turn for each of those that are written alone.
  expect(endings).toEqual(['woken', 'woken', 'taken'])
})

test('news of a subject that does not exist are not written', async () => {
  const { committed, news } = counted(false)
  await Promise.all([news('a'), news('b')])
  expect(committed).toEqual([])
})

test('a turn is taken unless all news of a transaction have begun waits', async () => {
  const { results, news } = counted()
  await Promise.all(['waits a', 'waits b'].map((text) => news(text)))
  await Promise.all(['waits c', 'd'].map((text) => news(text)))
  expect(results).toEqual(['waits', undefined])
})
