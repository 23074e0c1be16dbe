import { isDeepStrictEqual } from 'node:util'
import { STATUS_CODES } from 'node:http'

type Json = Record<string, unknown>

/** The parts of an OpenAPI document that this file changes. */
interface Document {
  paths?: object | undefined
  components?: { schemas?: Json; responses?: Json }
}

const schemasAt = '#/components/schemas/'
const responsesAt = '#/components/responses/'

/**
 * Moves each schema with a title to the document's components, under its title, and replaces it by a reference. The
 * same holds for error responses. Clients that are generated from the document then have names for them.
 *
 * @throws Error when one title stands for two schemas
 */
export function nameSchemas<T extends Document>(document: T): T {
  const schemas = new Map<string, unknown>()
  const responses = new Map<string, unknown>()
  const keep = (named: Map<string, unknown>, name: string, value: unknown, at: string) => {
    if (named.has(name) && !isDeepStrictEqual(named.get(name), value))
      throw new Error(`"${name}" is the name of two different schemas`)
    named.set(name, value)
    return { $ref: `${at}${name}` }
  }
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => walk(one, key))
    if (typeof value !== 'object' || value === null) return value
    const walked = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]))
    const { title } = walked
    if (typeof title === 'string' && 'type' in walked) return keep(schemas, title, walked, schemasAt)
    if (isError(walked)) return keep(responses, nameOfStatus(key), walked, responsesAt)
    return walked
  }
  const walked = walk(document, '') as T
  const components = {
    ...walked.components,
    schemas: Object.fromEntries(schemas),
    responses: Object.fromEntries(responses),
  }
  return { ...walked, components }
}

/** Returns whether a described response has an error as its body. */
function isError(value: Json): boolean {
  const { content } = value as { content?: { 'application/json'?: { schema?: { $ref?: string } } } }
  return content?.['application/json']?.schema?.$ref === `${schemasAt}Error`
}

function nameOfStatus(status: string): string {
  return (STATUS_CODES[status] ?? status).replace(/[^A-Za-z]/g, '')
}
