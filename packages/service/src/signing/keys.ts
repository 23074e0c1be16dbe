import { sql } from 'kysely'
import { inTransaction, type Database, type Tx } from '../database/index.ts'
import { UserError } from '../errors.ts'
import type { Signer, SigningKey } from './signer.ts'

type Tables = {
  signing_keys: {
    id: string
    fingerprint: string
    public_key: string
    created_at: Date
    retired_at: Date | null
  }
}

/** A key that has signed something in this service. */
export interface KnownKey extends SigningKey {
  /** The time when the service first used it. */
  createdAt: Date
  /** The time since when it signs nothing; undefined for the active key. */
  retiredAt: Date | undefined
}

/** A number that no other advisory lock of the service has. Only one process at a time changes the active key. */
const keysLock = 7_265_002

/**
 * Returns the key that signs: the active key of the database. If there is none, or if the configuration names another
 * one, that one becomes active. Concurrent calls of several processes make at most one key.
 *
 * @param wanted the key of the configuration: a fingerprint, a key id or a user id; undefined for a key that the
 *   service makes
 * @param name the owner in the user id of a new key
 * @throws UserError when the wanted key does not exist, or when no key is wanted and the signer cannot make one
 */
export async function currentKey(
  database: Database,
  signer: Signer,
  wanted: string | undefined,
  name: string,
  now: Date,
): Promise<SigningKey> {
  const found = wanted === undefined ? undefined : await signer.findKey(wanted)
  const isIt = (active: SigningKey | undefined): active is SigningKey =>
    active !== undefined && (found === undefined || isSame(active, found))
  const active = await activeKey(database)
  if (isIt(active)) return active
  return inTransaction(database, 'signing-key', async (tx) => {
    const meanwhile = await lockedActiveKey(tx)
    if (isIt(meanwhile)) return meanwhile
    return activate(tx, found ?? (await makeKey(signer, name)), now)
  })
}

/**
 * Makes a new key and retires the active one. Existing signatures of the old key stay.
 *
 * @param wanted the key of the configuration, as for {@link currentKey}
 * @throws UserError (409) if the configuration names the key: then an operator changes it there
 */
export async function rotateKey(
  database: Database,
  signer: Signer,
  wanted: string | undefined,
  name: string,
  now: Date,
): Promise<SigningKey> {
  if (wanted !== undefined || signer.makeKey === undefined)
    throw new UserError(409, 'signing.key sets the signing key; change it there', 'signing.key')
  return inTransaction(database, 'rotate-signing-key', async (tx) => {
    await lockedActiveKey(tx)
    return activate(tx, await makeKey(signer, name), now)
  })
}

/**
 * Returns all keys that were ever active, the newest first: packages that a retired key has signed are still in use.
 */
export async function listKeys(database: Database): Promise<KnownKey[]> {
  const rows = await database
    .$extendTables<Tables>()
    .selectFrom('signing_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    ...keyOf(row),
    createdAt: row.created_at,
    retiredAt: row.retired_at ?? undefined,
  }))
}

async function makeKey(signer: Signer, name: string): Promise<SigningKey> {
  if (signer.makeKey === undefined)
    throw new UserError(422, 'this signer makes no keys; name one in signing.key', 'signing.key')
  return signer.makeKey(name)
}

async function lockedActiveKey(tx: Tx): Promise<SigningKey | undefined> {
  await sql`select pg_advisory_xact_lock(${keysLock})`.execute(tx)
  return activeKey(tx)
}

async function activeKey(database: Database | Tx): Promise<SigningKey | undefined> {
  const row = await database
    .$extendTables<Tables>()
    .selectFrom('signing_keys')
    .select(['id', 'fingerprint', 'public_key'])
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? undefined : keyOf(row)
}

/** Makes a key the active one, under the lock. It may be new or retired. */
async function activate(tx: Tx, key: SigningKey, now: Date): Promise<SigningKey> {
  const tables = tx.$extendTables<Tables>()
  await tables
    .updateTable('signing_keys')
    .set({ retired_at: now })
    .where('retired_at', 'is', null)
    .where('id', '!=', key.id)
    .execute()
  const { id, fingerprint, publicKey: public_key } = key
  const written = await tables
    .insertInto('signing_keys')
    .values({ id, fingerprint, public_key, created_at: now, retired_at: null })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ public_key, retired_at: null })
        .where('signing_keys.fingerprint', '=', fingerprint),
    )
    .returning('id')
    .executeTakeFirst()
  if (written !== undefined) return key
  throw new UserError(409, `another key has the id ${id}; use a key with a unique id`, 'signing.key')
}

/** Compares the text too: a key with an extended expiry date has the same fingerprint and another text. */
function isSame(a: SigningKey, b: SigningKey): boolean {
  return a.fingerprint === b.fingerprint && a.publicKey === b.publicKey
}

function keyOf(row: { id: string; fingerprint: string; public_key: string }): SigningKey {
  return { id: row.id, fingerprint: row.fingerprint, publicKey: row.public_key }
}
