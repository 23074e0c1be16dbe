import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readRpmHeader, type Nevra, type RpmHeader } from '@mbs/rpm'
import { CommandError, exitCodes, messageOf } from './exit.ts'

/** The content of an import into the hub: metadata of a content generator, and the files that they name. */
export interface Content {
  metadata: unknown
  /** Local files by the path that the metadata give them. */
  files: Map<string, string>
}

/** A package on this disk, and its header. */
export interface PackageFile {
  file: string
  header: RpmHeader
}

/**
 * Reads the headers of packages.
 *
 * @throws CommandError for a file that is not a package
 */
export async function readPackageFiles(files: readonly string[]): Promise<PackageFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const header = await readRpmHeader(file).catch((error: unknown) => {
        throw new CommandError(exitCodes.usage, messageOf(error))
      })
      return { file, header }
    }),
  )
}

/**
 * Describes the packages of one build in the form of a content generator. The content of their build roots is
 * unknown.
 */
export async function contentOfPackages(
  packages: readonly PackageFile[],
  build: Pick<Nevra, 'name' | 'version' | 'release' | 'epoch'>,
  { generator, source }: { generator: string; source?: string | undefined },
): Promise<Content> {
  const { name, version, release, epoch } = build
  const times = packages.map(({ header }) => header.buildTime)
  const arches = [...new Set(packages.map(({ header }) => header.nevra.arch))]
  const output = await Promise.all(
    packages.map(async ({ file, header }) => ({
      buildroot_id: header.nevra.arch,
      filename: path.basename(file),
      arch: header.nevra.arch,
      filesize: (await stat(file)).size,
      checksum_type: 'sha256',
      checksum: await sha256(file),
      type: 'rpm',
      components: [],
    })),
  )
  return {
    metadata: {
      metadata_version: 0,
      build: {
        name,
        version,
        release,
        epoch: epoch === 0 ? null : epoch,
        source: source ?? null,
        extra: {},
        start_time: Math.min(...times),
        end_time: Math.max(...times),
      },
      buildroots: arches.map((arch) => ({
        id: arch,
        host: { os: 'unknown', arch },
        content_generator: { name: generator, version: '1' },
        container: { type: 'none', arch },
        tools: [],
        components: [],
      })),
      output,
    },
    files: new Map(packages.map(({ file }) => [path.basename(file), file])),
  }
}

/** Makes the request body of an import. */
export async function importForm(content: Content, reservation?: string): Promise<FormData> {
  const form = new FormData()
  form.append('metadata', JSON.stringify(content.metadata))
  if (reservation !== undefined) form.append('token', reservation)
  for (const [name, file] of content.files) form.append(name, await openAsBlob(file), path.basename(name))
  return form
}

async function sha256(file: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(file), digest)
  return digest.digest('hex')
}
