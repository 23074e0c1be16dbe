import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { orNull } from './answers.ts'

/** The parameters of a query string, each once or several times. */
export type Query = Readonly<Record<string, string | string[] | undefined>>

/** The largest page. Upstream has no limit, so that one request could read everything. */
const pageSizeMax = 100

/** No list has so many pages. */
const pageNumberMax = 1_000_000

/** The requested part of a list. */
export interface Page {
  number: number
  size: number
}

/** A parameter's value after the schema has converted it. */
type Value = string | number | boolean | undefined

/** The parameters that choose a page of the service's own lists. */
export const pageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: pageNumberMax })),
  per_page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: pageNumberMax,
      description: `default 10, at most ${pageSizeMax}`,
    }),
  ),
}

/** The part of a list's response that describes its pages. */
export const listMeta = Type.Object(
  {
    page: Type.Integer(),
    pages: Type.Integer(),
    per_page: Type.Integer(),
    total: Type.Integer(),
    first: Type.String(),
    last: Type.String(),
    prev: orNull(Type.String()),
    next: orNull(Type.String()),
  },
  { title: 'ListMeta' },
)

/** Returns the schema of a page of a list that has no natural bound. */
export function pagesOf<T extends Type.TSchema>(item: T) {
  return Type.Object({ meta: listMeta, items: Type.Array(item) })
}

/** Returns the number of rows before a page. */
export function offsetOf({ number, size }: Page): number {
  return (number - 1) * size
}

/** Reads the page from a query. An invalid value falls back to the default, as in upstream. */
export function pageOf(query: object): Page {
  const positive = (name: string, otherwise: number) => {
    const number = Number((query as Readonly<Record<string, unknown>>)[name])
    return Number.isSafeInteger(number) && number > 0 ? number : otherwise
  }
  return {
    number: Math.min(positive('page', 1), pageNumberMax),
    size: Math.min(positive('per_page', 10), pageSizeMax),
  }
}

/** Returns the description of a list's pages in upstream's form: absolute URLs that keep every other parameter. */
export function pageMeta(request: FastifyRequest, { number, size }: Page, total: number) {
  const pages = Math.ceil(total / size)
  const link = (page: number) => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(request.query as Readonly<Record<string, Value | Value[]>>))
      // The schema has converted numbers and booleans; the URL needs text.
      for (const one of [value ?? []].flat()) parameters.append(name, String(one))
    parameters.set('page', String(page))
    parameters.set('per_page', String(size))
    return `${publicUrl(request)}?${parameters.toString()}`
  }
  return {
    page: number,
    pages,
    per_page: size,
    prev: number > 1 ? link(number - 1) : null,
    next: number < pages ? link(number + 1) : null,
    total,
    first: link(1),
    last: link(Math.max(pages, 1)),
  }
}

/** Returns a page of a list that is complete in memory. */
export function pageOfAll<T>(request: FastifyRequest, all: readonly T[]) {
  const page = pageOf(request.query as object)
  const from = offsetOf(page)
  return { meta: pageMeta(request, page, all.length), items: all.slice(from, from + page.size) }
}

/**
 * Returns the URL of a request as its sender knows it. Headers of a web server in front (`X-Scheme`,
 * `X-Forwarded-Host`, `X-Script-Name`, which upstream reads as well) take precedence over the URL that arrives here.
 */
export function publicUrl(request: FastifyRequest): string {
  const said = (name: string) => request.server.visitors.saidByProxy(request.raw, name)
  const scheme = said('x-scheme') ?? request.protocol
  const host = said('x-forwarded-host') ?? request.host
  const path = request.url.split('?')[0] ?? ''
  return `${scheme}://${host}${scriptName(said('x-script-name'))}${path}`
}

/** Returns the path prefix under which a proxy serves the whole service: `/mbs`. */
export function scriptName(value: string | undefined): string {
  return value === undefined || !/^\/[A-Za-z0-9._~/-]*$/.test(value) ? '' : value.replace(/\/+$/, '')
}
