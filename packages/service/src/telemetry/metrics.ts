import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { asInfraError, whoseMove, type Move } from '../errors.ts'

/** A number that is read from where it is kept whenever somebody asks. */
export interface GaugeSource {
  name: string
  help: string
  labels: readonly string[]
  read: () => Promise<{ labels: Record<string, string>; value: number }[]>
}

/** What this process has done and seen, for Prometheus. Names and meanings are in docs/operate/monitoring.md. */
export class Metrics {
  readonly registry = new Registry()
  readonly turns = this.counter('mbs_turns_total', 'Turns of life cycles, by how they ended', [
    'kind',
    'outcome',
  ])
  readonly effects = this.counter('mbs_effects_total', 'Attempts at effects, by how they ended', [
    'kind',
    'outcome',
  ])
  readonly faults = this.counter('mbs_faults_total', 'Faults of what the service leans on', ['service'])
  readonly bugs = this.counter('mbs_bugs_total', 'Errors that nobody has foreseen', ['where'])
  readonly lost = this.counter(
    'mbs_component_attempts_lost_total',
    'Attempts at components that were lost',
    [],
  )
  readonly published = this.counter('mbs_messages_published_total', 'Messages that the bus has taken', [
    'topic',
  ])
  readonly received = this.counter('mbs_messages_received_total', 'Messages that came from the bus', [
    'topic',
  ])
  readonly requests = new Histogram({
    name: 'mbs_http_request_seconds',
    help: 'Answers of the HTTP API',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.registry],
  })

  /** Numbers of the process itself: memory, event loop, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'mbs_' })
  }

  /** Counts an error; gives whose move it is. */
  failure(error: unknown, where: string): Move {
    const move = whoseMove(error)
    if (move === 'infra') this.faults.inc({ service: asInfraError(error)?.service ?? 'unknown' })
    if (move === 'bug') this.bugs.inc({ where })
    return move
  }

  /** One that cannot be read has no samples, and does not keep the others from being told. */
  gauge({ name, help, labels, read }: GaugeSource): void {
    const readable = () =>
      read().catch((error: unknown) => {
        this.failure(error, `metric ${name}`)
        return []
      })
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      async collect() {
        this.reset()
        for (const sample of await readable()) this.set(sample.labels, sample.value)
      },
    })
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }
}
