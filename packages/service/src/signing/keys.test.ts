import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect, type Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { GpgSigner } from './gpg-signer.ts'
import { currentKey, listKeys, rotateKey, type Signer, type SigningKey } from './index.ts'

const [first, later] = [new Date('2026-01-01'), new Date('2026-02-01')]

/** A signer that makes and finds keys quickly, and counts them. */
class QuickSigner implements Signer {
  made = 0
  readonly known = new Map<string, SigningKey>()

  async makeKey(name: string): Promise<SigningKey> {
    // Long enough for another process to request a key too.
    await new Promise((resolve) => setTimeout(resolve, 50))
    return this.add(String(++this.made).padStart(8, '0'), `${name} ${this.made}`)
  }
  add(id: string, publicKey: string): SigningKey {
    const key = { id, fingerprint: id.padStart(40, 'A').toUpperCase(), publicKey }
    this.known.set(id, key)
    return key
  }
  findKey(wanted: string): Promise<SigningKey> {
    const key = this.known.get(wanted)
    return key === undefined ? Promise.reject(new UserError(422, `no ${wanted}`)) : Promise.resolve(key)
  }
  signPackages = () => Promise.resolve()
  signDetached = () => Promise.resolve()
  close = () => Promise.resolve()
}

describe('the key that signs', () => {
  let database: Database
  let drop: () => Promise<void>
  let signer: QuickSigner
  beforeEach(async () => {
    const own = await createDatabase()
    drop = own.drop
    database = connect(own.url)
    signer = new QuickSigner()
  })
  afterEach(async () => {
    await database.destroy()
    await drop()
  })

  const current = (wanted?: string, now = first) => currentKey(database, signer, wanted, 'mbs', now)
  const idsOf = async () => (await listKeys(database)).map(({ id, retiredAt }) => [id, retiredAt])

  test('is made once, however many ask at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => current()))
    expect(new Set(keys.map(({ id }) => id))).toEqual(new Set(['00000001']))
    expect(await current()).toEqual(keys[0])
    expect(signer.made).toBe(1)
    expect(await listKeys(database)).toEqual([{ ...keys[0], createdAt: first, retiredAt: undefined }])
  })

  test('is the one that configuration names, and the former is retired; it may come back', async () => {
    const made = await current()
    const given = signer.add('deadbeef', 'given')
    expect(await current('deadbeef', later)).toEqual(given)
    expect(await idsOf()).toEqual([
      ['deadbeef', undefined],
      ['00000001', later],
    ])
    expect(await current(made.id, later)).toEqual(made)
    expect(await idsOf()).toEqual([
      ['deadbeef', later],
      ['00000001', undefined],
    ])
  })

  test('stays when configuration names none any more', async () => {
    const given = signer.add('deadbeef', 'given')
    await current('deadbeef')
    expect(await current(undefined, later)).toEqual(given)
    expect(signer.made).toBe(0)
  })

  test('has the text that its signer has now', async () => {
    signer.add('deadbeef', 'until May')
    await current('deadbeef')
    const prolonged = signer.add('deadbeef', 'until June')
    expect(await current('deadbeef', later)).toEqual(prolonged)
    expect(await listKeys(database)).toEqual([{ ...prolonged, createdAt: first, retiredAt: undefined }])
  })

  test('stays when the wanted one is not there', async () => {
    const made = await current()
    await expect(current('unknown', later)).rejects.toThrow('no unknown')
    expect(await current()).toEqual(made)
  })

  test('is never mistaken for another one with the same id', async () => {
    const made = await current()
    signer.known.set('other', { ...made, fingerprint: 'F'.repeat(40) })
    await expect(current('other', later)).rejects.toThrow(/another key has the id 00000001/)
    expect(await current()).toEqual(made)
  })

  test('is a new one after a rotation, each time', async () => {
    await current()
    const [second, third] = await Promise.all(
      [1, 2].map(() => rotateKey(database, signer, undefined, 'mbs', later)),
    )
    const active = await current()
    expect([second, third]).toContainEqual(active)
    const ended = (await listKeys(database)).filter(({ retiredAt }) => retiredAt !== undefined)
    expect(ended).toHaveLength(2)
  })

  test('is not rotated where configuration gives it, or where the signer makes none', async () => {
    const keyless: Signer = {
      findKey: (wanted) => signer.findKey(wanted),
      signPackages: signer.signPackages,
      signDetached: signer.signDetached,
      close: signer.close,
    }
    for (const rotation of [
      rotateKey(database, signer, 'deadbeef', 'mbs', later),
      rotateKey(database, keyless, undefined, 'mbs', later),
    ])
      await expect(rotation).rejects.toMatchObject({ status: 409, where: 'signing.key' })
    await expect(currentKey(database, keyless, undefined, 'mbs', later)).rejects.toThrow(/makes no keys/)
    expect(await listKeys(database)).toEqual([])
  })
})

describe('with gpg', () => {
  let database: Database
  let drop: () => Promise<void>
  let home: string
  beforeAll(async () => {
    const own = await createDatabase()
    drop = own.drop
    database = connect(own.url)
    home = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-signing-'))
  })
  afterAll(async () => {
    await database.destroy()
    await drop()
    await rm(home, { recursive: true, force: true })
  })

  test('two at once make one key, and a rotation a second', async () => {
    const signers = [1, 2].map(() => new GpgSigner({ home, minutesMax: 1 }))
    const [one, two] = await Promise.all(
      signers.map((signer) => currentKey(database, signer, undefined, 'mbs', first)),
    )
    expect(one).toEqual(two)
    const [signer] = signers
    if (signer === undefined || one === undefined) throw new Error('no signer')
    const next = await rotateKey(database, signer, undefined, 'mbs', later)
    expect(next.fingerprint).not.toBe(one.fingerprint)
    expect((await listKeys(database)).map(({ id, retiredAt }) => [id, retiredAt])).toEqual([
      [next.id, undefined],
      [one.id, later],
    ])
    expect(await signer.findKey(one.fingerprint)).toEqual(one)
    await signer.close()
  })
})
