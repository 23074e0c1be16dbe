import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { asInfraError, whoseMove, type Move } from '../errors.ts'

/** A gauge whose value is read at each request for the metrics. */
export interface GaugeSource {
  name: string
  help: string
  labels: readonly string[]
  read: () => Promise<{ labels: Record<string, string>; value: number }[]>
}

/** Metrics of this process, for Prometheus. Names and meanings are in docs/operate/monitoring.md. */
export class Metrics {
  readonly registry = new Registry()
  readonly turns = this.counter('mbs_turns_total', 'Turns of life cycles, by outcome', ['kind', 'outcome'])
  readonly effects = this.counter('mbs_effects_total', 'Attempts at effects, by outcome', ['kind', 'outcome'])
  readonly faults = this.counter('mbs_faults_total', 'Failures of backends', ['service'])
  readonly bugs = this.counter('mbs_bugs_total', 'Unexpected errors', ['where'])
  readonly lost = this.counter(
    'mbs_component_attempts_lost_total',
    'Attempts at components that were lost',
    [],
  )
  readonly published = this.counter('mbs_messages_published_total', 'Messages that the bus has accepted', [
    'topic',
  ])
  readonly received = this.counter('mbs_messages_received_total', 'Messages received from the bus', ['topic'])
  readonly requests = new Histogram({
    name: 'mbs_http_request_seconds',
    help: 'Responses of the HTTP API',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.registry],
  })

  /** Collects the metrics of the process itself: memory, event loop, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'mbs_' })
  }

  /** Counts an error and returns who must act. */
  failure(error: unknown, where: string): Move {
    const move = whoseMove(error)
    if (move === 'infra') this.faults.inc({ service: asInfraError(error)?.service ?? 'unknown' })
    if (move === 'bug') this.bugs.inc({ where })
    return move
  }

  /** Adds a gauge. A gauge that cannot be read has no samples; the others are still reported. */
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
