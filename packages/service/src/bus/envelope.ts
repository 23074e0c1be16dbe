import type { Message } from './bus.ts'

/** Severity INFO of fedora-messaging. */
const info = 20

/** Prefix of the service's topics, like upstream's service name. */
const service = 'mbs'

/** The parts of a message in AMQP. */
export interface Envelope {
  topic: string
  body: Buffer
  properties: {
    messageId: string
    contentType: string
    contentEncoding: string
    durable: boolean
    headers: Record<string, string | number>
  }
}

/**
 * Returns the form in which consumers of fedora-messaging read a message (fedora_messaging/message.py): a UUID as its
 * id, JSON, and headers with schema, severity and time. The HTTP API serves the schema under its name.
 */
export function envelopeOf(message: Message, topicPrefix: string): Envelope {
  const name = schemaName(message.topic)
  return {
    topic: topicPrefix === '' ? name : `${topicPrefix}.${name}`,
    body: Buffer.from(JSON.stringify(message.body)),
    properties: {
      messageId: message.uuid,
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      durable: true,
      headers: {
        fedora_messaging_schema: name,
        fedora_messaging_severity: info,
        'sent-at': `${message.sentAt.toISOString().slice(0, 19)}+00:00`,
        priority: 0,
      },
    },
  }
}

/** Returns the name of the schema of the messages under a topic. */
export function schemaName(topic: string): string {
  return `${service}.${topic}`
}

/** Reverses {@link envelopeOf}; undefined for a message of any other form. */
export function messageFrom(
  delivery: { routingKey: string; body?: unknown; messageId?: string; headers?: Record<string, unknown> },
  topicPrefix: string,
): Message | undefined {
  const before = topicPrefix === '' ? `${service}.` : `${topicPrefix}.${service}.`
  const { routingKey, messageId, headers } = delivery
  const sent = headers?.['sent-at']
  const sentAt = new Date(typeof sent === 'string' ? sent : Number.NaN)
  const body = objectFrom(delivery.body)
  if (
    !routingKey.startsWith(before) ||
    messageId === undefined ||
    Number.isNaN(sentAt.getTime()) ||
    body === undefined
  )
    return undefined
  return { uuid: messageId, topic: routingKey.slice(before.length), body, sentAt }
}

function objectFrom(content: unknown): Record<string, unknown> | undefined {
  if (!Buffer.isBuffer(content)) return undefined
  try {
    const value: unknown = JSON.parse(content.toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
