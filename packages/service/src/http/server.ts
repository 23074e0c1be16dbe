import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'

/** Time limits for slow clients. */
export interface Patience {
  /** The head of a request must arrive within this time. */
  headSeconds: number
  /** In each period of this length, enough of a body must arrive, or its end. */
  bodySeconds: number
}

/** A body with fewer bytes in a period of {@link Patience.bodySeconds} occupies a connection without need. */
const bodyBytesMin = 64 * 1024

/** The server keeps an idle connection this long for the next request: longer than most web servers in front do. */
const keepAliveMs = 72_000

/**
 * Headers by which every response forbids its use as a page. Builds write the files and logs that the service serves,
 * so none of these may run as a page of the service; and no page may frame one of them.
 */
const noPage = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
}

/**
 * Returns an HTTP server with time limits for slow clients. A body may take hours, as long as it continues to arrive; a
 * response may take hours, too.
 */
export function patientServer({ headSeconds, bodySeconds }: Patience, listener: RequestListener): Server {
  return createServer(
    {
      headersTimeout: Math.ceil(headSeconds * 1000),
      // This limit would end long uploads that are not slow; see watchBody.
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

/** Ends a request whose body does not arrive. */
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
    // The server reads nothing while its buffer is full; then the server is slow, not the client.
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
    else refuse(socket, 408, 'The body of the request did not arrive in time.')
  }, stepMs)
  timer.unref()
}

/** Answers a client whose input never became a request. */
export function refuseClient(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy()
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    refuse(socket, 408, 'The head of the request did not arrive in time.')
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
