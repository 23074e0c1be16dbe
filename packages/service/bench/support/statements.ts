import net from 'node:net'
import path from 'node:path'

/** The messages of PostgreSQL's protocol that the count needs (PostgreSQL documentation, "Message Formats"). */
const commandComplete = 'C'.charCodeAt(0)
const query = 'Q'.charCodeAt(0)
const parse = 'P'.charCodeAt(0)
const bind = 'B'.charCodeAt(0)

/** A place in front of a PostgreSQL server that counts what passes. */
export interface StatementCounter {
  /** The URL for clients. */
  url: string
  /** Statements that the server has completed since the last call, `begin` and `commit` included. */
  taken(): number
  /** The most frequent statement texts since the last call, with their counts. */
  frequent(count: number): [text: string, count: number][]
  close(): Promise<void>
}

/**
 * Listens on a unix socket in `folder`, and passes everything on to the server at `url`, which has a unix socket, too.
 * The server completes each statement with one message, so the count includes the statements of one request that has
 * several.
 */
export async function countStatements(url: string, folder: string): Promise<StatementCounter> {
  const host = /[?&]host=([^&]+)/.exec(url)?.[1] ?? ''
  const socket = path.join(decodeURIComponent(host), '.s.PGSQL.5432')
  let completed = 0
  const texts = new Map<string, number>()
  const server = net.createServer((client) => {
    const upstream = net.connect(socket)
    const prepared = new Map<string, string>()
    const count = (text: string) => void texts.set(text, (texts.get(text) ?? 0) + 1)
    // The first message of a client has no type.
    client.on(
      'data',
      messages(4, (type, body) => {
        const [first = '', second = ''] = stringsOf(body)
        if (type === query) count(first)
        if (type === parse) prepared.set(first, second)
        if (type === bind) count(prepared.get(second) ?? '')
      }),
    )
    upstream.on(
      'data',
      messages(0, (type) => {
        if (type === commandComplete) completed++
      }),
    )
    client.pipe(upstream).pipe(client)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(path.join(folder, '.s.PGSQL.5432'), resolve))
  return {
    url: url.replace(host, encodeURIComponent(folder)),
    taken: () => {
      const count = completed
      completed = 0
      return count
    },
    frequent: (count) => {
      const most = [...texts].toSorted(([, a], [, b]) => b - a).slice(0, count)
      texts.clear()
      return most
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}

/** Returns the two strings with which a message begins. */
function stringsOf(body: Buffer): string[] {
  const first = body.indexOf(0)
  const texts = [body.subarray(0, first), body.subarray(first + 1, body.indexOf(0, first + 1))]
  return texts.map((text) => text.toString('utf8').replaceAll(/\s+/g, ' ').trim())
}

/**
 * Returns a reader of one direction of a connection.
 *
 * @param untyped bytes of the length field of a first message without a type; 0 where every message has a type
 */
function messages(untyped: number, take: (type: number, body: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  let isFirst = untyped > 0
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = isFirst ? 0 : 1
      if (rest.length < head + 4) return
      const end = head + rest.readInt32BE(head)
      if (rest.length < end) return
      if (!isFirst) take(rest[0] ?? 0, rest.subarray(5, end))
      isFirst = false
      rest = rest.subarray(end)
    }
  }
}
