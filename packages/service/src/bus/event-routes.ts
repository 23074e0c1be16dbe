import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import Type from 'typebox'
import type { Database } from '../database/index.ts'
import { InfraError } from '../errors.ts'
import { contentOf, rowId } from '../http/index.ts'
import type { Wakes } from '../jobs/index.ts'
import { MessageFeed, messagesAfter, type FedMessage } from './message-feed.ts'

/** Interval of the comments on a silent stream, ms: proxies close silent connections. */
const heartbeatMs = 15_000

/** A listener with this many unread bytes does not read any more. */
const unreadBytesMax = 1024 * 1024

/** Most open streams: the process holds their unread bytes in memory. */
const streamsMax = 500

/** Most past messages that one query reads. */
const pastMax = 1000

/** Most new messages that the service keeps for a stream that still sends past ones. */
const waitingMax = 2000

const events = { 200: contentOf('text/event-stream', 'messages as server-sent events') }

/**
 * Streams messages when they are committed, as server-sent events (WHATWG HTML, section 9.2): the messages of one
 * module build from its first one on, or all new messages. With `Last-Event-ID` a stream resumes after that event.
 */
export function eventRoutes(parts: {
  database: Database
  log: Logger
  wakes: Wakes
  intervalMs: number
}): FastifyPluginAsyncTypebox {
  const { database, log } = parts
  const feed = new MessageFeed(parts)
  const open = new Set<FastifyReply>()
  let isClosing = false
  const send = (reply: FastifyReply, { id, topic, body }: FedMessage) => {
    reply.raw.write(`id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify(body)}\n\n`)
    if (reply.raw.writableLength > unreadBytesMax) reply.raw.destroy()
  }
  /** Sends all messages of a stream: first the past ones, then the new ones. */
  const tell = async (reply: FastifyReply, from: number | undefined, subject: string | undefined) => {
    // New messages wait here until the stream has sent the past ones.
    const waiting: FedMessage[] = []
    let isLive = false
    const leaving = new AbortController()
    const isGone = () => reply.raw.destroyed
    reply.raw.on('close', () => leaving.abort())
    if (isGone()) leaving.abort()
    await feed.listen((message) => {
      if (subject !== undefined && message.subject !== subject) return
      if (isLive) send(reply, message)
      else if (waiting.length < waitingMax) waiting.push(message)
      else reply.raw.destroy()
    }, leaving.signal)
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
    if (isClosing) throw new InfraError('events', 'the service is stopping; try again later')
    if (open.size >= streamsMax)
      throw new InfraError('events', `all ${streamsMax} streams are in use; try again later`)
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // The connection serves no other request, and ends with the stream.
      connection: 'close',
      'access-control-allow-origin': '*',
      // nginx would otherwise buffer small writes.
      'x-accel-buffering': 'no',
    })
    reply.raw.write(': module builds\n\n')
    open.add(reply)
    const heartbeat = setInterval(() => reply.raw.write(': still here\n\n'), heartbeatMs)
    reply.raw.on('close', () => {
      clearInterval(heartbeat)
      open.delete(reply)
    })
    // The stream has begun, so no error response is possible. The client reconnects with the last id.
    await tell(reply, from, subject).catch((error: unknown) => {
      log.warn({ err: error }, 'a stream of events ends early')
      reply.raw.destroy()
    })
  }
  return async (app) => {
    await Promise.resolve()
    // A stream has no end of its own and would keep the service from stopping.
    app.addHook('preClose', (done) => {
      // A request that is being authenticated now may begin a stream afterwards.
      isClosing = true
      for (const reply of open) reply.raw.end()
      done()
    })
    const lastEvent = (header: string | string[] | undefined) =>
      typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
    // A stream in response to HEAD would have nothing to send and no end.
    app.get(
      '/module-build-service/:version/events',
      {
        exposeHeadRoute: false,
        schema: { params: Type.Object({ version: Type.Integer() }), response: events },
      },
      (request, reply) => stream(reply, lastEvent(request.headers['last-event-id']), undefined),
    )
    app.get(
      '/module-build-service/:version/module-builds/:id/events',
      {
        exposeHeadRoute: false,
        schema: {
          params: Type.Object({ version: Type.Integer(), id: rowId }),
          response: events,
        },
      },
      (request, reply) =>
        stream(reply, lastEvent(request.headers['last-event-id']) ?? 0, `module-build:${request.params.id}`),
    )
  }
}

/** Resolves when a listener has read the bytes that it was sent, or has gone. */
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
