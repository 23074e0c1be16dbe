import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Compile } from 'typebox/compile'

/** The API's description of the responses of one route. */
interface Operation {
  responses: Record<string, Answer | { $ref: string }>
}

interface Answer {
  content?: Record<string, { schema: object }>
}

interface Description {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; responses: Record<string, Answer> }
}

/** The parts of a response that the tests check. */
export interface Received {
  status: number
  contentType: string | null
  text: string
}

/** Paths that the service serves and the description omits. */
const hidden = /^\/(?:repos|api|openapi\.json)(?:\/|$)/

const description = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../client/openapi.json'), 'utf8'),
) as Description

/** The checks of schemas, each compiled once: the tests poll, so they check most responses often. */
const checks = new Map<object, ReturnType<typeof Compile>>()

/** Paths with their fixed parts first: `/hub/events/last` must not match `/hub/events/{event}`. */
const paths = Object.keys(description.paths)
  .map((template) => ({ template, pattern: patternOf(template) }))
  .sort((a, b) => a.template.split('{').length - b.template.split('{').length)

/**
 * Returns the differences between a response and the description (`packages/client/openapi.json`): its status, its
 * media type, and any part of its JSON that has another form or that the description lacks.
 */
export function faultsOfAnswer(method: string, route: string, answer: Received): string[] {
  const place = new URL(route, 'http://service/').pathname
  if (hidden.test(place)) return []
  const found = paths.find(({ pattern }) => pattern.test(place))
  const operation = description.paths[found?.template ?? '']?.[method.toLowerCase()]
  // A path without a route has the common refusals.
  const responses = operation?.responses ?? { '400': ref('BadRequest'), '404': ref('NotFound') }
  const said = `${method} ${found?.template ?? place} answered ${answer.status}`
  const response = responses[answer.status]
  if (response === undefined) return [`${said}, which is not described: ${answer.text.slice(0, 300)}`]
  const { content } = '$ref' in response ? resolved(response.$ref) : response
  if (content === undefined) return answer.text === '' ? [] : [`${said} with a body, which is not described`]
  const kind = (answer.contentType ?? '').replace(/;.*$/, '')
  const schema = content[kind]?.schema
  if (schema === undefined) return [`${said} with "${kind}", which is not described`]
  if (!kind.endsWith('json')) return []
  const check = checks.get(schema) ?? Compile(closed(schema) as object)
  checks.set(schema, check)
  const json = JSON.parse(answer.text) as unknown
  const faults = check.Check(json) ? [] : check.Errors(json)
  return faults.map(({ instancePath, message }) => `${said}: ${instancePath || 'the body'} ${message}`)
}

function patternOf(template: string): RegExp {
  const escaped = template.replace(/[.+()]/g, '\\$&')
  const parts = escaped.replace('{*}', '.+').replace(/\{[^}]+\}/g, '[^/]+')
  return new RegExp(`^${parts.replace(/\/$/, '')}/?$`)
}

const ref = (name: string) => ({ $ref: `#/components/responses/${name}` })

function resolved(reference: string): Answer {
  const answer = description.components.responses[reference.replace('#/components/responses/', '')]
  if (answer === undefined) throw new Error(`the description has no ${reference}`)
  return answer
}

/** Returns a schema without references, whose objects allow only the named properties. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema && typeof schema.$ref === 'string') {
    const name = schema.$ref.replace('#/components/schemas/', '')
    return closed(description.components.schemas[name])
  }
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  const isOpen = !('properties' in schema) || 'additionalProperties' in schema
  return isOpen ? parts : { ...parts, additionalProperties: false }
}
