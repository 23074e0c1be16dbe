import createOpenapiClient, { type Client as OpenapiClient } from 'openapi-fetch'
import type { components, paths } from './schema.ts'

/** The data types of the API, by their names in its OpenAPI description. */
export type Schemas = components['schemas']

/** A client with the typed requests of the API. */
export type Client = OpenapiClient<paths>

/**
 * A typed client of a service: `GET`, `POST` and the others take a path of its API with its parameters, and
 * return `data` or `error`.
 *
 * @param server its address, for example `http://127.0.0.1:8600`
 * @param token API token, if the service requires one
 * @param fetch carries a request to the service
 */
export function createClient(
  server: string,
  token?: string,
  fetch?: (request: Request) => Promise<Response>,
): Client {
  return createOpenapiClient<paths>({
    baseUrl: server.replace(/\/+$/, ''),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(fetch === undefined ? {} : { fetch }),
  })
}

/** A message of the event stream. */
export interface StreamedEvent {
  id: string
  topic: string
  body: Record<string, unknown>
}

/**
 * Returns all events of one module build from its first event, or the events of all builds from now on. It ends when
 * the server ends the stream; to continue, call it again with the id of the last event.
 *
 * @param after the id of an event: returns only later events
 * @throws TypeError when the server cannot be reached, Error when it answers with an error
 */
export async function* streamEvents(
  server: string,
  options: { build?: number; after?: string; signal?: AbortSignal } = {},
): AsyncGenerator<StreamedEvent> {
  const { build, after, signal } = options
  const path = build === undefined ? 'events' : `module-builds/${build}/events`
  const response = await fetch(`${server.replace(/\/+$/, '')}/module-build-service/2/${path}`, {
    ...(after === undefined ? {} : { headers: { 'last-event-id': after } }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (!response.ok || response.body === null) throw new Error(`${server}: HTTP ${response.status}`)
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const read = readEvent(event)
      if (read !== undefined) yield read
    }
  }
}

/** Parses the lines of an event. Returns undefined for a comment, which shows that the connection is alive. */
function readEvent(text: string): StreamedEvent | undefined {
  const fields = new Map(
    text.split('\n').map((line) => {
      const [, name = '', value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? []
      return [name, value]
    }),
  )
  const [id, topic, data] = ['id', 'event', 'data'].map((name) => fields.get(name))
  if (id === undefined || topic === undefined || data === undefined) return undefined
  return { id, topic, body: JSON.parse(data) as Record<string, unknown> }
}
