import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { buildUser, runConfined, type Confinement } from '../sandbox/index.ts'
import { openSigner } from './index.ts'

test('a confined command cannot read the keys, as builder or as root of its namespace', async () => {
  // Not below /tmp: the sandbox has its own /tmp, whatever else it shows.
  const dataDir = await mkdtemp('/var/lib/mbs-test-signing-').catch(() =>
    mkdtemp(path.join(process.env['HOME'] ?? '', 'mbs-test-signing-')),
  )
  await chmod(dataDir, 0o755)
  const signer = openSigner({ mode: 'gpg', command: [], minutesMax: 1 }, dataDir)
  await signer?.makeKey?.('secret')
  await writeFile(path.join(dataDir, 'shown'), 'shown')
  const read = `cat ${dataDir}/shown; ls ${dataDir}/keys ${dataDir}/keys/private-keys-v1.d; cat ${dataDir}/keys/*`
  const run = async (identity: Confinement['identity'], binds: Confinement['binds'] = []) =>
    (await runConfined(buildUser(64_000), { root: { kind: 'host' }, identity, binds }, ['sh', '-c', read]))
      .stdout
  for (const identity of ['builder', 'root'] as const) {
    expect(await run(identity)).toBe('')
    // The keys belong to another user, even if a mistake showed the whole data folder. Only root has another user for
    // builds.
    if (process.getuid?.() === 0)
      expect(await run(identity, [{ path: dataDir, writable: true }])).toBe('shown')
  }
  await signer?.close()
  await rm(dataDir, { recursive: true, force: true })
})
