import { setTimeout as sleep } from 'node:timers/promises'
import { Audience } from '../../packages/service/test/support/audience.ts'
import { Broker } from '../../packages/service/test/support/broker.ts'
import { Field } from './field.ts'
import { Load } from './load.ts'

/** The result of the broker's outages. */
export interface BrokerReport {
  builds: number
  /** Number of different messages that a consumer received. */
  messages: number
  /** Number of these messages that the consumer received more than once. */
  doubled: number
  /** Builds whose messages differ from their trace: lost or in another order. */
  wrong: string[]
  /** Time until the consumer had all messages after the broker was back. */
  seconds: number
}

/** Kills the broker again and again, for this many minutes, while two service processes run real builds. */
export async function soakBroker(
  options: { minutes: number },
  print: (line: string) => void,
): Promise<BrokerReport> {
  const broker = await Broker.start()
  const field = await Field.open({ url: broker.url })
  const consumer = new Audience(broker.url)
  try {
    await consumer.ready
    for (const index of [0, 1]) await field.start(index)
    const load = new Load(field)
    const loading = load.run()
    await sleep(20_000)
    await broker.kill()
    print(`the broker is away after ${consumer.messages.length} messages of ${load.all.length} builds`)
    for (let minute = 1; minute <= options.minutes; minute++) {
      await sleep(60_000)
      print(
        `${minute} min: ${load.all.length} builds, ${load.all.length - load.open.size} of them have ended`,
      )
    }
    await broker.start()
    const back = performance.now()
    load.stop()
    await loading
    const wrong = await settled(field, load.all, consumer)
    const firsts = new Set(consumer.messages.map(({ uuid }) => uuid))
    return {
      builds: load.all.length,
      messages: firsts.size,
      doubled: consumer.messages.length - firsts.size,
      wrong,
      seconds: (performance.now() - back) / 1000,
    }
  } finally {
    await consumer.close()
    await field.close()
    await broker.remove()
  }
}

/** Returns the builds whose messages differ from their trace. It polls for two minutes until there are none. */
async function settled(field: Field, builds: readonly number[], consumer: Audience): Promise<string[]> {
  for (let looks = 0; ; looks++) {
    const wrong: string[] = []
    for (const id of builds) {
      const view = await field.show(id)
      const trace = view?.state_trace.map(({ state_name: state }) => state).join() ?? ''
      const told = consumer.told(id)
      if (told !== trace) wrong.push(`build ${id} was ${trace} and told as ${told}`)
      for (const { package: name, state_name: state } of view?.components ?? [])
        if (consumer.toldOf(id, name) !== `BUILDING,${String(state)}`)
          wrong.push(`${name} of build ${id} was told as ${consumer.toldOf(id, name)}`)
    }
    if (wrong.length === 0 || looks > 120) return wrong
    await sleep(1000)
  }
}
