import { messageOf } from '../errors.ts'
import type { ArtifactParts } from './artifacts.ts'
import { contentOf, type Content } from './content.ts'
import { artifactsAfter, findArtifact } from './rows.ts'

/** An artifact whose file is missing or damaged. */
export interface ArtifactFault {
  sha256: string
  problem: 'missing' | 'size' | 'content' | 'unreadable'
  /** For people. */
  sentence: string
}

/**
 * Reads the next artifacts from the store to their end, in the order of their digests, for an operator's check.
 *
 * @param page.after the digest after which the page begins; the empty text for the first page
 * @returns the faults of the page, and the start of the next page; undefined after the last one
 * @throws InfraError when the store does not answer
 */
export async function verifyArtifacts(
  parts: ArtifactParts,
  { after, limit }: { after: string; limit: number },
): Promise<{ verified: number; faults: ArtifactFault[]; next: string | undefined }> {
  const rows = await artifactsAfter(parts.database, after, limit)
  const faults: ArtifactFault[] = []
  for (const row of rows) {
    const fault = await faultOf(parts, row)
    if (fault !== undefined && !(await hasPassed(parts, fault))) faults.push(fault)
  }
  return { verified: rows.length, faults, next: rows.length < limit ? undefined : rows.at(-1)?.sha256 }
}

async function faultOf({ store }: ArtifactParts, row: Content): Promise<ArtifactFault | undefined> {
  const { sha256 } = row
  const found = await store.has(sha256)
  if (found === undefined) return { sha256, problem: 'missing', sentence: `${sha256} is missing` }
  if (found.size !== row.size) {
    const sentence = `${sha256} has ${found.size} bytes instead of ${row.size}`
    return { sha256, problem: 'size', sentence }
  }
  try {
    const actual = await contentOf(store.read(sha256))
    if (actual.sha256 === sha256) return undefined
    return { sha256, problem: 'content', sentence: `${sha256} has the content of ${actual.sha256}` }
  } catch (error) {
    // A disk error; the check goes on with the artifacts after it.
    if (!(error instanceof Error && 'code' in error && error.code === 'EIO')) throw error
    return { sha256, problem: 'unreadable', sentence: `${sha256} cannot be read: ${messageOf(error)}` }
  }
}

/** Returns whether the collector removed the artifact during the check. */
async function hasPassed({ database }: ArtifactParts, { sha256 }: ArtifactFault): Promise<boolean> {
  return (await findArtifact(database, sha256)) === undefined
}
