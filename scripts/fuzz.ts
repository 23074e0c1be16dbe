// Reads millions of mutated modulemd documents: `npm run fuzz [-- --documents N] [--first S]`. No document may cause a
// crash or an endless loop, or change when it is written and read again. A fault prints its seed: `npm run fuzz --
// --first SEED --documents 1`.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { faultOf, mutate, randomOf } from '../packages/modulemd/test/mutate.ts'

/** A document that takes longer than this counts as an endless loop. */
const secondsMax = 20
const fixtures = path.join(import.meta.dirname, '../packages/modulemd/fixtures')

interface Work {
  first: number
  documents: number
}

function fuzz({ first, documents }: Work): void {
  const texts = readdirSync(fixtures)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readFileSync(path.join(fixtures, file), 'utf8'))
  for (let seed = first; seed < first + documents; seed++) {
    parentPort?.postMessage({ seed })
    const text = mutate(texts[seed % texts.length] ?? '', randomOf(seed))
    try {
      const fault = faultOf(text)
      if (fault !== undefined) parentPort?.postMessage({ seed, fault })
    } catch (error) {
      parentPort?.postMessage({
        seed,
        fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
    }
  }
}

function watch(work: Work): void {
  const worker = new Worker(new URL(import.meta.url), { workerData: work })
  let faults = 0
  let last = { seed: work.first, at: Date.now() }
  const end = (done: number) => {
    clearInterval(timer)
    console.log(`${done} documents, ${faults} faults`)
    process.exitCode = faults === 0 ? 0 : 1
  }
  const timer = setInterval(() => {
    if (Date.now() - last.at < secondsMax * 1000) return
    console.log(`seed ${last.seed}: it hangs`)
    faults++
    void worker.terminate()
  }, 1000)
  worker.on('message', ({ seed, fault }: { seed: number; fault?: string }) => {
    last = { seed, at: Date.now() }
    const done = seed - work.first
    if (fault === undefined && done > 0 && done % 100_000 === 0) console.log(`${done} documents so far`)
    if (fault === undefined) return
    faults++
    console.log(`seed ${seed}: ${fault}`)
  })
  worker.once('exit', () => end(last.seed - work.first + 1))
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      documents: { type: 'string', default: '1000000' },
      first: { type: 'string', default: '0' },
    },
  })
  watch({ first: Number(values.first), documents: Number(values.documents) })
} else fuzz(workerData as Work)
