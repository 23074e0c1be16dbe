import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createDatabase } from '../../test/support/database.ts'
import { connect } from '../database/index.ts'
import { keepsTheQueueContract } from './contract.testing.ts'
import { PgBossQueue } from './pg-boss-queue.ts'

/** A thread that is ended in the middle of a job is as dead as a killed process: its connections close, its heart stops. */
const dying = `
  const { parentPort, workerData } = require('node:worker_threads')
  import(workerData.file).then(async ({ PgBossQueue }) => {
    const queue = await PgBossQueue.open(workerData.url, () => undefined)
    const hang = () => { parentPort.postMessage('taken'); return new Promise(() => undefined) }
    await queue.start({ turns: hang, effects: hang }, { turns: 1, effects: 1 })
  })`

keepsTheQueueContract('pg-boss', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const queues: PgBossQueue[] = []
  return {
    database,
    process: async () => {
      const queue = await PgBossQueue.open(url, () => undefined)
      queues.push(queue)
      return queue
    },
    dyingProcess: async () => {
      const file = path.join(import.meta.dirname, 'pg-boss-queue.ts')
      const worker = new Worker(dying, { eval: true, workerData: { url, file } })
      await new Promise((resolve) => worker.once('message', resolve))
      await worker.terminate()
    },
    until: async (holds) => {
      while (!holds()) await sleep(20)
    },
    pass: async (milliseconds) => {
      await sleep(milliseconds)
    },
    work: async (milliseconds) => {
      await sleep(milliseconds)
    },
    now: () => performance.now(),
    close: async () => {
      await Promise.all(queues.map((queue) => queue.stop()))
      await database.destroy()
      await drop()
    },
  }
})
