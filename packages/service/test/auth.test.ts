import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../src/database/index.ts'
import { moduleDocument } from './support/dist-git.ts'
import { openHouse, type House } from './support/house.ts'

const digest = (token: string) => createHash('sha256').update(token).digest('hex')

/** An OpenID provider. It accepts some tokens as JSON, and signs others. */
let provider: Server
let url: string
let privateKey: CryptoKey
let introspections = 0
let folder: string
beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  ;({ privateKey } = pair)
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' }
  provider = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const answer = (value: unknown) => response.end(JSON.stringify(value))
      if (request.url === '/jwks') return answer({ keys: [jwk] })
      if (request.url === '/userinfo') return answer({ groups: ['packagers'] })
      introspections++
      const form = new URLSearchParams(body)
      if (form.get('client_secret') !== 'sesame') return answer({ active: false })
      const known: Record<string, object> = {
        good: { active: true, username: 'ada', scope: 'openid mbs' },
        narrow: { active: true, username: 'ada', scope: 'openid' },
        nobody: { active: true, scope: 'openid mbs' },
      }
      return answer(known[form.get('token') ?? ''] ?? { active: false })
    })
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-auth-'))
  await writeFile(path.join(folder, 'secret'), 'sesame\n')
})
afterAll(async () => {
  provider.close()
  await rm(folder, { recursive: true })
})

async function houseWith(config: Record<string, unknown>): Promise<House> {
  const house = await openHouse({ config })
  await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
  return house
}

let count = 0
async function submit(
  house: House,
  headers: Record<string, string>,
): Promise<{ status: number; owner?: string; message?: string }> {
  const submission = await house.distGit.module(`m${count++}`, moduleDocument({ a: 1 }))
  const response = await house.ask('/module-build-service/1/module-builds/', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(submission),
  })
  return { status: response.status, ...((await response.json()) as object) }
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const oidc = { scopes: ['mbs'], userClaim: 'username', groupsClaim: 'groups' }

describe('tokens that the provider is asked about', () => {
  let house: House
  beforeAll(async () => {
    house = await houseWith({
      'auth.oidc': {
        ...oidc,
        introspectionUrl: `${url}/introspect`,
        userinfoUrl: `${url}/userinfo`,
        clientId: 'mbs',
        clientSecretFile: path.join(folder, 'secret'),
      },
      'auth.allowedGroups': ['packagers'],
    })
  })
  afterAll(() => house.close())

  test('tell who asks, with groups, and are asked about once a minute', async () => {
    expect(await submit(house, bearer('good'))).toMatchObject({ status: 201, owner: 'ada' })
    const before = introspections
    expect(await submit(house, bearer('good'))).toMatchObject({ status: 201, owner: 'ada' })
    expect(introspections).toBe(before)
  })

  test.each([
    ['bad', 'the token is invalid or has expired'],
    ['narrow', 'the token lacks the scopes mbs'],
    ['nobody', 'the token has no user name'],
  ])('%s is refused', async (token, message) => {
    expect(await submit(house, bearer(token))).toMatchObject({
      status: 401,
      message: expect.stringContaining(message) as string,
    })
  })

  test('the owner is who asks, and others may not cancel', async () => {
    const { status } = await house.ask('/module-build-service/1/module-builds/', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer('good') },
      body: JSON.stringify({ scmurl: 'x', branch: 'y', owner: 'eve' }),
    })
    expect(status).toBe(400)
  })
})

describe('tokens that the provider has signed', () => {
  let house: House
  beforeAll(async () => {
    house = await houseWith({
      'auth.oidc': { ...oidc, jwksUrl: `${url}/jwks`, issuer: url, audience: 'mbs' },
      'auth.allowedGroups': ['packagers'],
      'auth.adminGroups': ['admins'],
    })
  })
  afterAll(() => house.close())
  const token = (claims: object, change: (jwt: SignJWT) => SignJWT = (jwt) => jwt) =>
    change(
      new SignJWT({ scope: 'openid mbs', username: 'bob', groups: ['packagers'], ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(url)
        .setAudience('mbs')
        .setExpirationTime('5m'),
    ).sign(privateKey)

  test('are checked by its keys', async () => {
    expect(await submit(house, bearer(await token({})))).toMatchObject({ status: 201, owner: 'bob' })
    expect(await submit(house, bearer(await token({ groups: [] })))).toMatchObject({ status: 403 })
    expect(await submit(house, bearer(await token({ groups: ['admins'] })))).toMatchObject({ status: 201 })
  })

  test.each<[string, (jwt: SignJWT) => SignJWT]>([
    ['another audience', (jwt) => jwt.setAudience('koji')],
    ['another issuer', (jwt) => jwt.setIssuer('http://evil.example')],
    ['a time that is over', (jwt) => jwt.setExpirationTime(1)],
  ])('with %s are refused', async (_, change) => {
    expect(await submit(house, bearer(await token({}, change)))).toMatchObject({ status: 401 })
  })

  test('of another key, or of none, are refused', async () => {
    const other = await generateKeyPair('RS256')
    const forged = await new SignJWT({ scope: 'mbs', username: 'eve' })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(url)
      .setAudience('mbs')
      .setExpirationTime('5m')
      .sign(other.privateKey)
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${encode({ alg: 'none' })}.${encode({ scope: 'mbs', username: 'eve', iss: url, aud: 'mbs', exp: 9999999999 })}.`
    for (const bad of [forged, unsigned, 'nonsense'])
      expect(await submit(house, bearer(bad))).toMatchObject({ status: 401 })
  })
})

describe('a web server in front', () => {
  test('is believed from its address alone', async () => {
    const proxy = { header: 'X-Remote-User', groupsHeader: 'X-Remote-Groups', addresses: ['127.0.0.0/8'] }
    const house = await houseWith({ 'auth.proxy': proxy, 'auth.allowedGroups': ['packagers'] })
    const headers = { 'x-remote-user': 'carol@EXAMPLE.COM', 'x-remote-groups': 'users, packagers' }
    expect(await submit(house, headers)).toMatchObject({ status: 201, owner: 'carol' })
    expect(await submit(house, { 'x-remote-user': 'carol' })).toMatchObject({ status: 403 })
    expect(await submit(house, {})).toMatchObject({ status: 401 })
    for (const name of ['mbs', 'mbs_import', 'anonymous', 'a b', 'c'.repeat(201)])
      expect([name, (await submit(house, { ...headers, 'x-remote-user': name })).status]).toEqual([name, 401])
    expect((await house.request('GET', '/module-build-service/1/about/')).json).toMatchObject({
      auth_method: 'kerberos',
    })
    await house.close()
    const elsewhere = await houseWith({ 'auth.proxy': { ...proxy, addresses: ['192.0.2.1', '10.0.0.0/8'] } })
    expect(await submit(elsewhere, headers)).toMatchObject({ status: 401 })
    await elsewhere.close()
  })
})

describe('whose build it is', () => {
  test('only its owner and admins cancel it; who did what is in the audit log, which only grows', async () => {
    const house = await openHouse({
      script: { outcomes: { a: ['endless'] } },
      config: {
        'auth.tokens': Object.fromEntries(['ada', 'bob', 'boss'].map((name) => [name, digest(name)])),
        'auth.groups': { chiefs: ['boss'] },
        'auth.adminGroups': ['chiefs'],
      },
    })
    await house.distGit.commit('rpms/a', 'main', { 'a.spec': '' })
    const send = async (method: string, route: string, who: string, body: object) =>
      house.ask(`/module-build-service/2/${route}`, {
        method,
        headers: { 'content-type': 'application/json', ...bearer(who) },
        body: JSON.stringify(body),
      })
    const submission = await house.distGit.module('owned', moduleDocument({ a: 1 }))
    const made = (await (await send('POST', 'module-builds/', 'ada', submission)).json()) as { id: number }[]
    const id = made[0]?.id ?? 0
    const cancel = async (who: string) =>
      (await send('PATCH', `module-builds/${id}`, who, { state: 'failed' })).status
    expect(await cancel('bob')).toBe(403)
    expect(await cancel('boss')).toBe(200)
    const database = connect(house.database.url, { mayAlwaysWrite: true })
    const { rows } = await sql`select caller, request, action, body from audit_log order by id`.execute(
      database,
    )
    expect(rows).toEqual([
      {
        caller: 'ada',
        request: 'POST /module-build-service/2/module-builds/',
        action: 'submit',
        body: submission,
      },
      {
        caller: 'boss',
        request: `PATCH /module-build-service/2/module-builds/${id}`,
        action: 'cancel',
        body: { state: 'failed' },
      },
    ])
    for (const change of [
      'delete from audit_log',
      "update audit_log set caller = 'eve'",
      'truncate audit_log',
    ])
      await expect(sql.raw(change).execute(database)).rejects.toThrow('the audit log only grows')
    await database.destroy()
    await house.close()
  })
})
