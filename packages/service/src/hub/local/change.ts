import { sql } from 'kysely'
import { UserError } from '../../errors.ts'
import type { Tx } from '../../database/index.ts'
import type { Caller } from '../../auth/index.ts'

/** The lock for changes of tags. Its holder sees all earlier decisions, and events commit in order. */
const hubLock = 0x68_75_62

/** One change of the hub: its caller, its time and its transaction. All rows that it writes share one event. */
export class HubChange {
  readonly tx: Tx
  readonly caller: Caller
  readonly now: Date
  private readonly users: Map<string, Promise<number>>
  private eventId: Promise<number> | undefined

  private constructor(tx: Tx, caller: Caller, now: Date, users = new Map<string, Promise<number>>()) {
    this.tx = tx
    this.caller = caller
    this.now = now
    this.users = users
  }

  /** Waits until no other transaction changes the hub. */
  static async begin(tx: Tx, caller: Caller, now: Date): Promise<HubChange> {
    await sql`select pg_advisory_xact_lock(${hubLock})`.execute(tx)
    return new HubChange(tx, caller, now)
  }

  /** Begins a check that does not lock the hub. Other transactions may change the hub meanwhile. */
  static withoutLock(tx: Tx, caller: Caller, now: Date): HubChange {
    return new HubChange(tx, caller, now)
  }

  /** Returns another change in the same transaction, with its own event. */
  next(): HubChange {
    return new HubChange(this.tx, this.caller, this.now, this.users)
  }

  /** Returns a change in the same transaction that remembers nothing, for use after a rollback to a savepoint. */
  anew(): HubChange {
    return new HubChange(this.tx, this.caller, this.now)
  }

  /** Returns the id of a user. Records the user if the hub does not know them. */
  userId(name: string): Promise<number> {
    const id = this.users.get(name) ?? userId(this.tx, name)
    this.users.set(name, id)
    return id
  }

  /** Returns the number of this change in the history. A change that writes nothing has no number. */
  event(): Promise<number> {
    this.eventId ??= this.record(1).then(([id]) => {
      if (id === undefined) throw new Error('an event was not recorded')
      return id
    })
    return this.eventId
  }

  /** Returns changes in the same transaction whose events follow each other. All of them must write something. */
  async nextAll(count: number): Promise<HubChange[]> {
    if (count === 0) return []
    return (await this.record(count)).map((id) => {
      const next = this.next()
      next.eventId = Promise.resolve(id)
      return next
    })
  }

  private async record(count: number): Promise<number[]> {
    const { rows } = await sql<{ id: number }>`
      insert into hub_events (at, user_id)
      select ${this.now}::timestamptz, ${await this.userId(this.caller.name)}::integer from generate_series(1, ${count}::integer)
      returning id`.execute(this.tx)
    return rows.map(({ id }) => id).sort((a, b) => a - b)
  }
}

async function userId(tx: Tx, name: string): Promise<number> {
  const known = await sql<{ id: number }>`select id from hub_users where name = ${name}`.execute(tx)
  if (known.rows[0] !== undefined) return known.rows[0].id
  await sql`insert into hub_users (name) values (${name}) on conflict do nothing`.execute(tx)
  return userId(tx, name)
}

/**
 * Makes sure that a text can be a user's name.
 *
 * @throws UserError (400)
 */
export function requireUserName(name: string): string {
  if (name.length > 256 || !/^[A-Za-z0-9][A-Za-z0-9._/@-]*$/.test(name))
    throw new UserError(400, `${JSON.stringify(name.slice(0, 40))} cannot be a user`)
  return name
}
