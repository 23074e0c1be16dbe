import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import Type from 'typebox'
import type { Database } from '../database/index.ts'
import { InfraError } from '../errors.ts'
import { rowId } from '../http/index.ts'
import { MessageFeed, messagesAfter, type FedMessage } from './message-feed.ts'

/** So often a silent stream says that it is still there, ms: proxies close what is silent. */
const heartbeatMs = 15_000

/** A listener that has so many bytes unread is not listening any more. */
const unreadBytesMax = 1024 * 1024

/** So many streams are open at a time: what they have not read yet lies in our memory. */
const streamsMax = 500

/** So many messages of the past are sent at a time. */
const pastMax = 1000

/** So many that come while somebody takes in the past are kept for them. */
const waitingMax = 2000

/**
 * Messages as they are committed, as server-sent events (WHATWG HTML, section 9.2): of one module build from its first
 * one on, of all from now on. With `Last-Event-ID` a stream goes on behind that event.
 */
export function eventRoutes(parts: {
  database: Database
  log: Logger
  intervalMs: number
}): FastifyPluginAsyncTypebox {
  const { database, log } = parts
  const feed = new MessageFeed(parts)
  const open = new Set<FastifyReply>()
  const send = (reply: FastifyReply, { id, topic, body }: FedMessage) => {
    reply.raw.write(`id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify(body)}\n\n`)
    if (reply.raw.writableLength > unreadBytesMax) reply.raw.destroy()
  }
  /** All that a stream tells: first what is past, then what comes. */
  const tell = async (reply: FastifyReply, from: number | undefined, subject: string | undefined) => {
    // What comes while the past is read waits until that is told.
    const waiting: FedMessage[] = []
    let isLive = false
    const leave = await feed.listen((message) => {
      if (subject !== undefined && message.subject !== subject) return
      if (isLive) send(reply, message)
      else if (waiting.length < waitingMax) waiting.push(message)
      else reply.raw.destroy()
    })
    reply.raw.on('close', leave)
    const isGone = () => reply.raw.destroyed
    if (isGone()) leave()
    const told = new Set<number>()
    for (let last = from; last !== undefined && !isGone();) {
      const past = await messagesAfter(database, last, subject, pastMax)
      for (const message of past) {
        if (isGone()) break
        told.add(message.id)
        send(reply, message)
        if (reply.raw.writableNeedDrain) await drained(reply)
      }
      last = past.length < pastMax ? undefined : past.at(-1)?.id
    }
    for (const message of waiting) if (!told.has(message.id)) send(reply, message)
    isLive = true
  }
  const stream = async (reply: FastifyReply, from: number | undefined, subject: string | undefined) => {
    if (open.size >= streamsMax)
      throw new InfraError(
        'events',
        `${streamsMax} streams are open, and there are no more; come again in a while`,
      )
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Its connection serves nothing else, and ends with it.
      connection: 'close',
      'access-control-allow-origin': '*',
      // nginx would hold back what it has not enough of.
      'x-accel-buffering': 'no',
    })
    reply.raw.write(': module builds\n\n')
    open.add(reply)
    const heartbeat = setInterval(() => reply.raw.write(': still here\n\n'), heartbeatMs)
    reply.raw.on('close', () => {
      clearInterval(heartbeat)
      open.delete(reply)
    })
    // It has begun, so nothing can be answered any more: whoever listens comes again, with the last id.
    await tell(reply, from, subject).catch((error: unknown) => {
      log.warn({ err: error }, 'a stream of events ends early')
      reply.raw.destroy()
    })
  }
  return async (app) => {
    await Promise.resolve()
    // A stream has no end of its own: it would keep the service from stopping.
    app.addHook('preClose', (done) => {
      for (const reply of open) reply.raw.end()
      done()
    })
    const lastEvent = (header: string | string[] | undefined) =>
      typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
    // Asked for with HEAD, a stream would have nothing to send and no end.
    app.get(
      '/module-build-service/:version/events',
      {
        exposeHeadRoute: false,
        schema: { params: Type.Object({ version: Type.Integer() }), produces: ['text/event-stream'] },
      },
      (request, reply) => stream(reply, lastEvent(request.headers['last-event-id']), undefined),
    )
    app.get(
      '/module-build-service/:version/module-builds/:id/events',
      {
        exposeHeadRoute: false,
        schema: {
          params: Type.Object({ version: Type.Integer(), id: rowId }),
          produces: ['text/event-stream'],
        },
      },
      (request, reply) =>
        stream(reply, lastEvent(request.headers['last-event-id']) ?? 0, `module-build:${request.params.id}`),
    )
  }
}

/** Until a listener has taken in what it was sent, or has gone. */
async function drained({ raw }: FastifyReply): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      raw.off('drain', over)
      raw.off('close', over)
      resolve()
    }
    raw.on('drain', over)
    raw.on('close', over)
  })
}
