import { createDatabase } from '../../test/support/database.ts'
import { connect } from '../database/index.ts'
import { keepsTheQueueContract } from '../jobs/contract.testing.ts'
import { Connections } from './connections.ts'
import { Random } from './random.ts'
import { Scheduler, type Actor } from './scheduler.ts'
import { SeededQueue, seededJobsTable } from './seeded-queue.ts'

keepsTheQueueContract('seeded', async () => {
  const { url, drop } = await createDatabase()
  const connections = await Connections.open(url)
  await connections.define(seededJobsTable)
  const database = connect(url)
  const random = new Random(1)
  const scheduler = new Scheduler({
    random,
    haste: 0.5,
    fate: () => ({ is: 'run' }),
    kill: () => Promise.resolve(),
  })
  const queues: SeededQueue[] = []
  const test: Actor = { name: 'test', alive: true, frozenUntil: 0 }
  const open = (name: string) => {
    const actor: Actor = { name, alive: true, frozenUntil: 0 }
    const queue = new SeededQueue({ scheduler, connections, random, actor, watch: (work) => work() })
    queues.push(queue)
    return { actor, queue }
  }
  const until = (holds: () => boolean) => {
    // The test commits its jobs outside the simulation, so the queues do not notice them by themselves.
    for (const queue of queues) queue.poke()
    return scheduler.run(holds, () => Promise.resolve())
  }
  return {
    database,
    process: () => Promise.resolve(open(`process ${queues.length}`).queue),
    dyingProcess: async () => {
      const { actor, queue } = open('dying')
      let taken = false
      const hang = () => {
        taken = true
        return new Promise<void>(() => undefined)
      }
      await queue.start({ turns: hang, effects: hang }, { turns: 1, effects: 1 })
      await until(() => taken)
      scheduler.forget(actor)
      scheduler.after(SeededQueue.heartbeatMs, test, () => {
        void scheduler
          .step(test, 'audit', 'take over', () => SeededQueue.takeOver(connections, actor))
          .then(() => {
            for (const other of queues) other.poke()
          })
      })
    },
    until,
    pass: async (milliseconds) => {
      let over = false
      scheduler.after(milliseconds, test, () => (over = true))
      await until(() => over)
    },
    work: (milliseconds) => scheduler.sleep(milliseconds, test),
    now: () => scheduler.now,
    close: async () => {
      await database.destroy()
      await connections.close()
      await drop()
    },
  }
})
