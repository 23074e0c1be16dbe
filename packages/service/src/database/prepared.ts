import { sql } from 'kysely'
import pg from 'pg'
import { InfraError } from '../errors.ts'

/** Most statements with a name. Each connection may have the server keep as many plans. */
const namesMax = 300

/** Most texts that are remembered because they came once. */
const seenMax = 1000

/** One statement that can be prepared. */
const isPreparable = /^\s*(?:with|select|insert|update|delete)\b[^;]*$/i

/**
 * A plan for all values guesses how many rows are in a range, or come before a limit is reached; for some values it
 * reads a whole table. These statements are planned each time, for their values.
 */
const dependsOnValues =
  /\b(?:limit|fetch|between|i?like)\b|[<>]=?\s*(?:now\(\)\s*[-+]\s*)?\(*\s*\$\d|\$\d+(?:::\w+)?\s*\)*\s*[<>]/i

/**
 * Begins a statement whose conditions a caller combines, so that it has no name: there would be more texts than names,
 * and conditions that are rare or frequent.
 */
export const plannedEachTime = sql.raw('/* planned for its values */')

/** Returns whether the server may keep one plan of a statement for all values. */
export function isNamed(text: string, values: readonly unknown[]): boolean {
  return isPreparable.test(text) && !(values.length > 0 && dependsOnValues.test(text))
}

/**
 * Chooses the statements that get a name: with it, the server parses a statement once per connection, and soon plans it
 * once. Only a text that comes again gets one.
 */
export class StatementNames {
  private readonly names = new Map<string, string>()
  private readonly seen = new Set<string>()

  /** Returns the name of a statement, or undefined when it has none. */
  of(text: string, values: readonly unknown[]): string | undefined {
    const known = this.names.get(text)
    if (known !== undefined || this.names.size >= namesMax) return known
    if (!this.seen.delete(text)) {
      if (this.seen.size >= seenMax) this.seen.clear()
      if (isNamed(text, values)) this.seen.add(text)
      return undefined
    }
    const name = `mbs_${this.names.size}`
    this.names.set(text, name)
    return name
  }
}

/** One for all pools of this process: their statements are the same. */
const names = new StatementNames()

type Callback = (error: Error | null, result?: pg.QueryResult) => void

/** A connection that names the statements that come again. */
export class PreparingClient extends pg.Client {
  /** A migration can change the columns of a result; the server then refuses the plans from before. */
  private generation = 0

  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const query = (...given: unknown[]): unknown => {
      // Looked up each time: a test may watch it.
      const { query: plain } = pg.Client.prototype as { query: (...all: unknown[]) => unknown }
      return plain.apply(this, given)
    }
    const preparing = (text: unknown, values?: unknown, callback?: Callback) => {
      const name = typeof text === 'string' ? names.of(text, Array.isArray(values) ? values : []) : undefined
      if (name === undefined || typeof values === 'function') return query(text, values, callback)
      const named = { name: `${name}_${this.generation}`, text, values }
      if (callback === undefined)
        return (query(named) as Promise<unknown>).catch((error: unknown) => {
          throw this.judged(error)
        })
      return query(named, (error: Error | null, result?: pg.QueryResult) =>
        callback(error === null ? null : this.judged(error), result),
      )
    }
    this.query = preparing as typeof this.query
  }

  private judged<E>(error: E): E | InfraError {
    // "cached plan must not change result type", in the language of the server.
    if (!(error instanceof pg.DatabaseError) || error.routine !== 'RevalidateCachedQuery') return error
    this.generation++
    const what = `a migration has changed columns of this statement (${error.message}); it works when it is tried again`
    return new InfraError('database', what, { cause: error })
  }
}
