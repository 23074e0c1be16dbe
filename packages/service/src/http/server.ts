import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'

/** How long a client may take to say what it wants. */
export interface Patience {
  /** The head of a request is there within this. */
  headSeconds: number
  /** Within each stretch of this, so much of a body comes as is worth the wait; or its end. */
  bodySeconds: number
}

/** A body that brings less than this within {@link Patience.bodySeconds} keeps a connection and sends nothing. */
const bodyBytesMin = 64 * 1024

/** An idle connection is kept for the next request so long: longer than most web servers in front keep theirs. */
const keepAliveMs = 72_000

/**
 * What every answer says to a browser: that it is no page. Builds write what is served here as files and logs, so none of
 * it may run as one of ours; and no page may frame one of these.
 */
const noPage = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
}

/**
 * An HTTP server that has patience with slow clients, but not for ever. A body may take hours, as long as it keeps
 * coming; so may an answer.
 */
export function patientServer({ headSeconds, bodySeconds }: Patience, listener: RequestListener): Server {
  return createServer(
    {
      headersTimeout: Math.ceil(headSeconds * 1000),
      // It would end uploads that are long and not slow; see watchBody.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.ceil((headSeconds * 1000) / 4),
      keepAliveTimeout: keepAliveMs,
    },
    (request, response) => {
      for (const [name, value] of Object.entries(noPage)) response.setHeader(name, value)
      watchBody(request, response, bodySeconds * 1000)
      listener(request, response)
    },
  )
}

/** Ends a request whose body does not come. */
function watchBody(request: IncomingMessage, response: ServerResponse, patienceMs: number): void {
  const { headers, socket } = request
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return
  let waitedMs = 0
  let mark = socket.bytesRead
  const stepMs = patienceMs / 4
  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) {
      clearInterval(timer)
      return
    }
    // Nothing is read while we have more than we can take in: then it is we who are slow.
    const isOurMove = request.readableLength >= request.readableHighWaterMark
    if (isOurMove || socket.bytesRead - mark >= bodyBytesMin) {
      waitedMs = 0
      mark = socket.bytesRead
      return
    }
    waitedMs += stepMs
    if (waitedMs < patienceMs) return
    clearInterval(timer)
    if (response.headersSent) socket.destroy()
    else refuse(socket, 408, 'The body of the request did not come in time.')
  }, stepMs)
  timer.unref()
}

/** Answers what never became a request. */
export function refuseClient(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy()
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    refuse(socket, 408, 'The head of the request did not come in time.')
  else if (error.code === 'HPE_HEADER_OVERFLOW') refuse(socket, 431, 'The head of the request is too long.')
  else refuse(socket, 400, 'This is no HTTP request.')
}

const titles = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' } as const

function refuse(socket: Duplex, status: keyof typeof titles, message: string): void {
  const body = JSON.stringify({ status, error: titles[status], message })
  const head = Object.entries({
    ...noPage,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  if (socket.writable) socket.write(`HTTP/1.1 ${status} ${titles[status]}\r\n${head.join('')}\r\n${body}`)
  socket.destroy()
}
