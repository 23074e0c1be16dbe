import type { FastifyRequest } from 'fastify'

/** The parameters of a query string, each once or several times. */
export type Query = Readonly<Record<string, string | string[] | undefined>>

/** The largest page; upstream has no bound, and one request could then read everything. */
const pageSizeMax = 100

/** Which part of a list is asked for. */
export interface Page {
  number: number
  size: number
}

/** What cannot be read as a page falls to the default, as upstream has it. */
export function pageOf(query: Query): Page {
  const positive = (name: string, otherwise: number) => {
    const number = Number(query[name])
    return Number.isSafeInteger(number) && number > 0 ? number : otherwise
  }
  return {
    number: Math.min(positive('page', 1), 1_000_000),
    size: Math.min(positive('per_page', 10), pageSizeMax),
  }
}

/** What upstream's lists say of their pages: absolute URLs that keep every other parameter. */
export function pageMeta(request: FastifyRequest, { number, size }: Page, total: number) {
  const pages = Math.ceil(total / size)
  const link = (page: number) => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(request.query as Query))
      for (const one of [value ?? []].flat()) parameters.append(name, one)
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

/**
 * The address of a request as its sender knows it: what a web server in front says (`X-Scheme`, `X-Forwarded-Host`,
 * `X-Script-Name`, as upstream reads them) before what arrives here.
 */
export function publicUrl(request: FastifyRequest): string {
  const said = (name: string) => request.server.visitors.saidByProxy(request.raw, name)
  const scheme = said('x-scheme') ?? request.protocol
  const host = said('x-forwarded-host') ?? request.host
  const path = request.url.split('?')[0] ?? ''
  return `${scheme}://${host}${scriptName(said('x-script-name'))}${path}`
}

/** The path below which a proxy serves everything: `/mbs`. */
export function scriptName(value: string | undefined): string {
  return value === undefined || !/^\/[A-Za-z0-9._~/-]*$/.test(value) ? '' : value.replace(/\/+$/, '')
}
