import { sql, type RawBuilder } from 'kysely'
import Type from 'typebox'
import { UserError } from '../../errors.ts'
import type { Query } from '../../http/index.ts'

/** A part of a WHERE clause. */
export type Condition = RawBuilder<boolean>

/** The columns of a list as SQL, by their names in the API. */
export interface ListedColumns {
  text: Readonly<Record<string, string>>
  /** Texts of any length: only their beginnings fit into an index. */
  long: Readonly<Record<string, string>>
  integer: Readonly<Record<string, string>>
  number: Readonly<Record<string, string>>
  boolean: Readonly<Record<string, string>>
  /** Further columns that may order a list; {@link columnConditions} does not filter by them. */
  ordered: Readonly<Record<string, string>>
}

/** A query parameter, which may be repeated. */
const parameter = Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]))

/** The query parameters of a page. */
export const pageParameters = { page: parameter, per_page: parameter }

/**
 * Returns the schema of a list's query parameters: its columns, further filters, its order, its form and its page. The
 * service ignores all others.
 */
export function listQuery(
  { text, long, integer, number, boolean }: ListedColumns,
  filters: readonly string[],
) {
  const columns = [text, long, integer, number, boolean].flatMap((one) => Object.keys(one))
  const names = [...columns, ...filters, 'order_by', 'order_desc_by', 'verbose']
  return Type.Object({ ...Object.fromEntries(names.map((name) => [name, parameter])), ...pageParameters })
}

/**
 * Returns all values of a query parameter.
 *
 * @throws UserError (400) for control characters
 */
export function valuesOf(query: Query, name: string): string[] {
  const values = [query[name] ?? []].flat()
  for (const value of values)
    if (/[\u0000-\u001f\u007f]/.test(value))
      throw new UserError(400, `${name} contains control characters`, name)
  return values
}

export function valueOf(query: Query, name: string): string | undefined {
  return valuesOf(query, name).at(-1)
}

/** Characters of a long text that its index has. An entry of an index may have 2704 bytes. */
const indexedLength = 500

/** The SQL must be that of the index. */
function beginningOf(column: string): string {
  return `left(${column}, ${indexedLength})`
}

/** Returns the conditions for columns that must equal a query parameter (upstream: filter_by for any column). */
export function columnConditions(query: Query, columns: ListedColumns): Condition[] {
  const conditions: Condition[] = []
  for (const [name, column] of Object.entries(columns.text)) {
    const value = valueOf(query, name)
    if (value !== undefined) conditions.push(sql`${sql.raw(column)} = ${value}`)
  }
  for (const [name, column] of Object.entries(columns.long)) {
    const value = valueOf(query, name)
    if (value !== undefined)
      conditions.push(
        sql`${sql.raw(beginningOf(column))} = left(${value}, ${sql.raw(String(indexedLength))}) and ${sql.raw(column)} = ${value}`,
      )
  }
  for (const [name, column] of Object.entries(columns.integer)) {
    const value = valueOf(query, name)
    // A number that is too large for the column is no error: no row matches it.
    if (value !== undefined) conditions.push(sql`${sql.raw(column)} = ${integerOf(value, name)}::bigint`)
  }
  for (const [name, column] of Object.entries(columns.number)) {
    const value = valueOf(query, name)
    if (value !== undefined) conditions.push(sql`${sql.raw(column)} = ${numberOf(value, name)}`)
  }
  for (const [name, column] of Object.entries(columns.boolean)) {
    const value = valueOf(query, name)
    if (value !== undefined) conditions.push(sql`${sql.raw(column)} = ${isTrue(value)}`)
  }
  return conditions
}

/** @throws UserError (400) for text that is not a number */
export function numberOf(text: string, name: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number) || Math.abs(number) > 1e15)
    throw new UserError(400, `"${text}" is not a number for ${name}`, name)
  return number
}

/** @throws UserError (400) for text that is not a whole number */
function integerOf(text: string, name: string): number {
  const number = numberOf(text, name)
  if (!Number.isInteger(number)) throw new UserError(400, `"${text}" is not a whole number for ${name}`, name)
  return number
}

/** Returns whether a text is `true`, in any case, or `1` (upstream's rule). */
export function isTrue(text: string): boolean {
  return ['true', '1'].includes(text.toLowerCase())
}

/** Joins conditions with AND; without conditions, the result is true. */
export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql`${sql.join(conditions, sql` and `)}`
}

/**
 * Returns the order of a list by `order_by` or `order_desc_by`. A query may repeat one of the two parameters, but not
 * use both. Without them, the newest row comes first.
 *
 * @throws UserError (400) for both parameters at once, and for an unknown column
 */
export function orderOf(query: Query, columns: ListedColumns, idColumn: string): RawBuilder<unknown> {
  const ascending = valuesOf(query, 'order_by')
  const descending = valuesOf(query, 'order_desc_by')
  if (ascending.length > 0 && descending.length > 0)
    throw new UserError(400, 'You may not specify both order_by and order_desc_by', 'order_by')
  const known: Readonly<Record<string, string>> = {
    ...columns.text,
    ...Object.fromEntries(Object.entries(columns.long).map(([name, column]) => [name, beginningOf(column)])),
    ...columns.integer,
    ...columns.number,
    ...columns.boolean,
    ...columns.ordered,
  }
  const by = [...ascending, ...descending].map((name) => {
    const column = Object.hasOwn(known, name) ? known[name] : undefined
    if (column === undefined)
      throw new UserError(
        400,
        `An invalid ordering key of "${name}" was supplied; there are ${Object.keys(known).sort().join(', ')}`,
        ascending.length > 0 ? 'order_by' : 'order_desc_by',
      )
    return column
  })
  const direction = ascending.length > 0 ? 'asc' : 'desc'
  // The id makes the order total, so that pages neither repeat nor skip rows.
  return sql.raw([...by, idColumn].map((column) => `${column} ${direction}`).join(', '))
}

/** Reads a time as upstream does: fractions of seconds are ignored, and UTC is the only zone. */
export function timeOf(text: string, name: string): Date {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[-+]00(?::00)?)?$/.exec(text)
  const time = match === null ? undefined : new Date(`${match[1] ?? ''}Z`)
  if (time === undefined || Number.isNaN(time.getTime()))
    throw new UserError(
      400,
      `An invalid Zulu ISO 8601 timestamp was provided for the "${name}" parameter: "${text}"; write YYYY-MM-DDTHH:MM:SSZ`,
      name,
    )
  return time
}
