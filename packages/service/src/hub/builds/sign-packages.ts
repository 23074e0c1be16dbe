import { copyFile, mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import type { Artifacts } from '../../artifacts/index.ts'
import type { Clock } from '../../clock.ts'
import { inTransaction, type Database } from '../../database/index.ts'
import { removeTree } from '../../sandbox/index.ts'
import type { Signer, SigningKey } from '../../signing/index.ts'
import type { HubRpm } from './builds.ts'
import { recordSignatures, signaturesOf, type RpmSignature } from './signatures.ts'

/** So many packages are copied and signed at a time. */
const batchSize = 50

/** What signing packages needs. */
export interface SigningWorld {
  database: Database
  artifacts: Artifacts
  clock: Clock
  signer: Signer
  /** A folder that copies may be made in; no build sees it. */
  scratch: string
}

/**
 * Makes sure that packages have a copy that a key has signed, beside the unsigned one. Done again, it signs nothing
 * twice.
 *
 * @returns the signed copies, by the package's id
 * @throws InfraError when the signer is away
 */
export async function signPackages(
  world: SigningWorld,
  key: SigningKey,
  rpms: readonly HubRpm[],
): Promise<Map<number, RpmSignature>> {
  const ids = rpms.map(({ id }) => id)
  const signed = new Map((await signaturesOf(world.database, ids, key.id)).map((one) => [one.rpmId, one]))
  const missing = rpms.filter(({ id }) => !signed.has(id))
  for (let start = 0; start < missing.length; start += batchSize) {
    const batch = missing.slice(start, start + batchSize)
    for (const signature of await signBatch(world, key, batch)) signed.set(signature.rpmId, signature)
  }
  return signed
}

async function signBatch(
  world: SigningWorld,
  key: SigningKey,
  rpms: readonly HubRpm[],
): Promise<RpmSignature[]> {
  const { database, artifacts, clock, signer, scratch } = world
  const folder = await mkdtemp(path.join(scratch, 'signing-'))
  try {
    // Not under their own names: rpm reads a % in a path as a macro.
    const copies = rpms.map((rpm) => ({ rpm, file: path.join(folder, `${rpm.id}.rpm`) }))
    for (const { rpm, file } of copies) await copyFile(await artifacts.path(rpm.sha256), file)
    await signer.signPackages(
      key,
      copies.map(({ file }) => file),
    )
    const signatures: RpmSignature[] = []
    for (const { rpm, file } of copies)
      signatures.push({ rpmId: rpm.id, keyId: key.id, ...(await artifacts.putFile(file)) })
    await inTransaction(database, 'record signatures', (tx) => recordSignatures(tx, signatures, clock.now()))
    return signatures
  } finally {
    await removeTree(folder)
  }
}
