import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { processesOf } from '../../test/support/processes.ts'
import { InfraError, UserError } from '../errors.ts'
import { GpgSigner } from './gpg-signer.ts'
import { clientVerifies, makePackages } from './packages.testing.ts'
import type { SigningKey } from './signer.ts'

let folder: string
let home: string
let signer: GpgSigner
let key: SigningKey
let packages: string[]

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-signing-'))
  packages = await makePackages(folder, 9)
  // With characters that a macro or a shell would read.
  home = path.join(folder, "it's 100%{_arch}", 'keys')
  signer = new GpgSigner({ home, minutesMax: 1 })
  key = await signer.makeKey('example.org')
})
afterAll(async () => {
  await signer.close()
  await rm(folder, { recursive: true, force: true })
})

const take = () => packages.pop() ?? ''

/** Flips a bit at a place in a file. */
async function damage(file: string, at: (bytes: Buffer) => number): Promise<void> {
  const bytes = await readFile(file)
  const place = at(bytes)
  bytes[place] = (bytes[place] ?? 0) ^ 1
  await writeFile(file, bytes)
}

const agentsOf = (place: string) => processesOf(`gpg-agent --homedir ${place} --use-standard-socket --daemon`)

describe('a key that gpg makes', () => {
  test('is an RSA key of 3072 bits for signing only, without an end, in a folder of its own', async () => {
    const list = ['--homedir', home, '--batch', '--with-colons', '--list-secret-keys', key.fingerprint]
    const { stdout } = await execa('gpg', list)
    const fields = stdout.split('\n')[0]?.split(':') ?? []
    expect({ bits: fields[2], algorithm: fields[3], expires: fields[6], can: fields[11] }).toEqual({
      bits: '3072',
      algorithm: '1',
      expires: '',
      can: 'scSC',
    })
    expect(stdout).toContain(':example.org (Module Build Service):')
    expect(stdout).not.toContain('\nssb:')
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    expect(key.id).toBe(key.fingerprint.slice(-8).toLowerCase())
    expect(key.publicKey).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n/)
  })

  test.each(['', ' a', 'a\nb', 'a <b@example.org>', 'a'.repeat(201)])('cannot be called %j', async (name) => {
    await expect(signer.makeKey(name)).rejects.toThrow(UserError)
  })

  test('is found by fingerprint, key id and user id', async () => {
    const { fingerprint, id } = key
    const spaced = fingerprint.replaceAll(/(.{4})/g, '$1 ')
    for (const wanted of [fingerprint, spaced, id, `0x${fingerprint.slice(-16)}`, 'EXAMPLE.org'])
      expect(await signer.findKey(wanted)).toEqual(key)
  })

  test('is missing by the name that was wanted', async () => {
    await expect(signer.findKey('nobody')).rejects.toThrow(/there is no secret key "nobody" in /)
    await expect(signer.findKey('--list-keys')).rejects.toThrow(UserError)
  })
})

describe('packages', () => {
  test('are signed in place, so that a client verifies them and no changed byte', async () => {
    const [first, second] = [take(), take()]
    expect(await clientVerifies(folder, key.publicKey, first)).toBe(false)
    await signer.signPackages(key, [first, second])
    for (const file of [first, second]) expect(await clientVerifies(folder, key.publicKey, file)).toBe(true)
    await damage(first, (bytes) => bytes.length - 5)
    await damage(second, (bytes) => bytes.indexOf('Something to sign'))
    for (const file of [first, second]) expect(await clientVerifies(folder, key.publicKey, file)).toBe(false)
  })

  test('may be signed twice, and by another key over the first one', async () => {
    const file = take()
    const other = await signer.makeKey('other.example.org')
    for (const by of [key, key, other]) await signer.signPackages(by, [file])
    expect(await clientVerifies(folder, other.publicKey, file)).toBe(true)
    expect(await clientVerifies(folder, key.publicKey, file)).toBe(false)
  })

  test('that are none are told with their name', async () => {
    const file = path.join(folder, 'none.rpm')
    await writeFile(file, 'no package')
    const signing = signer.signPackages(key, [take(), file])
    await expect(signing).rejects.toThrow(InfraError)
    await expect(signing).rejects.toThrow(/none\.rpm/)
  })

  test('are not signed by a key whose secret part is not here', async () => {
    const stranger = { ...key, fingerprint: '0123456789ABCDEF0123456789ABCDEF01234567' }
    await expect(signer.signPackages(stranger, [take()])).rejects.toThrow(/No secret key/)
  })

  test('are named by whole paths, so that none is an option', async () => {
    await expect(signer.signPackages(key, ['--help'])).rejects.toThrow(/not an absolute path/)
    await expect(signer.signDetached(key, '--help')).rejects.toThrow(/not an absolute path/)
  })

  test('with a macro of rpm in their path are refused before rpm runs it', async () => {
    const file = path.join(folder, '%(touch ran).rpm')
    await expect(signer.signPackages(key, [file])).rejects.toThrow(/a % in a path is a macro/)
    await expect(signer.signDetached(key, file)).rejects.toThrow(UserError)
  })

  test('with names that a shell would read are signed like others', async () => {
    const file = path.join(folder, "-it's $(false); é.rpm")
    await copyFile(take(), file)
    await signer.signPackages(key, [file])
    expect(await clientVerifies(folder, key.publicKey, file)).toBe(true)
  })
})

describe('a detached signature', () => {
  const verifies = async (file: string) => {
    const client = await mkdtemp(path.join(folder, 'client-'))
    const options = ['--homedir', client, '--batch', '--no-autostart']
    await execa('gpg', [...options, '--import'], { input: key.publicKey })
    const { exitCode } = await execa('gpg', [...options, '--verify', `${file}.asc`, file], { reject: false })
    return exitCode === 0
  }

  test('stands beside its file, armored, also over an older one, and is none of a changed file', async () => {
    const file = path.join(folder, 'repomd.xml')
    for (const text of ['<repomd/>', '<repomd><data/></repomd>']) {
      await writeFile(file, text)
      await signer.signDetached(key, file)
      expect(await verifies(file)).toBe(true)
    }
    expect(await readFile(`${file}.asc`, 'utf8')).toMatch(/^-----BEGIN PGP SIGNATURE-----\n/)
    await writeFile(file, '<repomd/>')
    expect(await verifies(file)).toBe(false)
  })
})

describe('a home of keys', () => {
  test('may have a path that is longer than a socket’s, used by several at once', async () => {
    const long = path.join(folder, 'a'.repeat(100), 'b'.repeat(100))
    const signers = Array.from({ length: 4 }, () => new GpgSigner({ home: long, minutesMax: 1 }))
    const keys = await Promise.all(signers.map((one, index) => one.makeKey(`long ${index}`)))
    expect(new Set(keys.map(({ fingerprint }) => fingerprint)).size).toBe(4)
    const files = packages.splice(0, 2)
    await Promise.all(
      files.map(async (file, index) => {
        const [one, its] = [signers[index], keys[index]]
        if (one === undefined || its === undefined) throw new Error('too few keys')
        await one.signPackages(its, [file])
        await one.close()
        expect(await clientVerifies(folder, its.publicKey, file)).toBe(true)
      }),
    )
    await expect(signers[0]?.findKey('long')).rejects.toThrow(/several keys/)
    for (const one of signers) await one.close()
    expect(await agentsOf(long)).toEqual([])
  })

  test('keeps no agent once it is closed, and works again', async () => {
    expect(await agentsOf(home)).not.toEqual([])
    await signer.close()
    expect(await agentsOf(home)).toEqual([])
    await signer.signDetached(key, path.join(folder, 'repomd.xml'))
  })

  test('may be used on by one process while another one closes it', async () => {
    const other = new GpgSigner({ home, minutesMax: 1 })
    const files = Array.from({ length: 8 }, (_, index) => path.join(folder, `document-${index}`))
    await Promise.all(
      files.map(async (file) => {
        await writeFile(file, file)
        await Promise.all([signer.signDetached(key, file), other.close()])
      }),
    )
  })

  test('that others could read is closed to them', async () => {
    const open = path.join(folder, 'open')
    await mkdir(open, { mode: 0o755 })
    const other = new GpgSigner({ home: open, minutesMax: 1 })
    await expect(other.findKey('any')).rejects.toThrow(/no secret key/)
    expect((await stat(open)).mode & 0o777).toBe(0o700)
    await other.close()
  })

  test('signs by the very key that was named, not by one below it', async () => {
    const place = ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', '']
    const both = await signer.makeKey('with one below it')
    await execa('gpg', [...place, '--quick-add-key', both.fingerprint, 'rsa2048', 'sign', 'never'])
    const file = path.join(folder, 'repomd.xml')
    await signer.signDetached(await signer.findKey(both.fingerprint), file)
    const { stdout } = await execa('gpg', [...place, '--list-packets', `${file}.asc`])
    expect(stdout).toContain(`keyid ${both.fingerprint.slice(-16)}`)
  })

  test('takes a key that a person has given it, and none that cannot sign by itself', async () => {
    const given = path.join(folder, 'given')
    await mkdir(given, { mode: 0o700 })
    const make = ['--homedir', given, '--batch', '--passphrase', '', '--quick-generate-key']
    await execa('gpg', [...make, 'Able <able@example.org>', 'ed25519', 'sign', 'never'])
    await execa('gpg', [...make, 'Unable <unable@example.org>', 'rsa3072', 'cert', 'never'])
    const own = new GpgSigner({ home: given, minutesMax: 1 })
    const able = await own.findKey('able@example.org').catch((error: unknown) => error)
    expect(able).toBeInstanceOf(UserError)
    const named = await own.findKey('<able@example.org>')
    const file = path.join(folder, 'repomd.xml')
    await own.signDetached(named, file)
    await expect(own.findKey('Unable <unable@example.org>')).rejects.toThrow(/cannot sign by itself/)
    await own.close()
  })
})
