import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { inFreshFolder } from '../sandbox/index.ts'
import type { Signer, SigningKey } from '../signing/index.ts'
import type { Content, Hub, PackageKey, Rpm } from './hub.ts'
import { nvraOf } from './names.ts'
import { settled } from './outcome.ts'

/** Number of packages that are copied and signed at a time. */
const batchSize = 50

/** The services that signing packages needs. */
export interface SigningWorld {
  hub: Hub
  signer: Signer
  /** A folder for temporary copies. Builds cannot see it. */
  scratch: string
}

/**
 * Makes sure that the hub has copies of packages that are signed with a key, beside the unsigned ones. A repeated call
 * signs no package twice.
 *
 * @param rpms packages with distinct names
 * @returns the signed copies, by `name-version-release.arch`
 * @throws InfraError when the signer or the hub is unavailable; UserError and PendingError as {@link settled}
 */
export async function signPackages(
  world: SigningWorld,
  key: SigningKey,
  rpms: readonly Rpm[],
): Promise<Map<string, Content>> {
  const { hub } = world
  const packages = rpms.map(keyOf)
  const known = new Set((await hub.signatures(packages, key.id)).map(({ nvra }) => nvra))
  const missing = rpms.filter((rpm) => !known.has(nvraOf(rpm)))
  for (let start = 0; start < missing.length; start += batchSize)
    await signBatch(world, key, missing.slice(start, start + batchSize))
  await settled(hub.writeSignedCopies(packages.map((one) => ({ ...one, keyId: key.id }))))
  const signatures = await hub.signatures(packages, key.id)
  return new Map(
    signatures.flatMap(({ nvra, content }) => (content === null ? [] : [[nvra, content] as const])),
  )
}

function keyOf(rpm: Rpm): PackageKey {
  return { nvra: nvraOf(rpm), sigmd5: rpm.sigmd5 }
}

async function signBatch(
  { hub, signer, scratch }: SigningWorld,
  key: SigningKey,
  rpms: readonly Rpm[],
): Promise<void> {
  const sign = async (folder: string) => {
    // The copies do not keep their own names, because rpm reads a % in a path as a macro.
    const copies = rpms.map((rpm, index) => ({ rpm, file: path.join(folder, `${index}.rpm`) }))
    for (const { rpm, file } of copies) await copyFile(await hub.pathOf(rpm.content), file)
    await signer.signPackages(
      key,
      copies.map(({ file }) => file),
    )
    await settled(hub.addSignatures(copies.map(({ rpm, file }) => ({ ...keyOf(rpm), keyId: key.id, file }))))
  }
  // The copies are the signer's alone.
  await inFreshFolder(path.join(scratch, 'signing'), sign, 0o700)
}
