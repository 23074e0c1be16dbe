/** A file of a repository's metadata, as `repomd.xml` names it. */
export interface MetadataRecord {
  /** `primary`, `modules`, `group` … */
  type: string
  /** Below the repository: `repodata/….yaml.gz`. Never leads out of it. */
  location: string
  /** Bytes, where it is told. */
  size: number | undefined
  /** Of the file as it lies there, compressed. */
  checksum: Checksum
  /** Of what it holds, where they are told. */
  open: { size: number | undefined; checksum: Checksum | undefined }
}

export interface Checksum {
  type: ChecksumType
  hex: string
}

/** Kinds of digests, by Node's names. */
export type ChecksumType = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** Their names in metadata, and how many hexadecimal digits each has. */
const checksums: Readonly<Record<string, readonly [ChecksumType, digits: number]>> = {
  // createrepo's old name.
  sha: ['sha1', 40],
  sha1: ['sha1', 40],
  sha224: ['sha224', 56],
  sha256: ['sha256', 64],
  sha384: ['sha384', 96],
  sha512: ['sha512', 128],
}

/**
 * Reads a `repomd.xml`: what metadata a repository has, by type. Of a type that is there twice the first one counts.
 *
 * It is not XML in general: createrepo_c and its kin write elements without comments or CDATA between them, and what
 * cannot be read so is refused.
 *
 * @throws Error that names what is wrong
 */
export function readRepomd(text: string): Map<string, MetadataRecord> {
  if (!/<repomd[\s>]/.test(text)) throw new Error('it has no element repomd')
  const records = new Map<string, MetadataRecord>()
  for (const [, attributes = '', content = ''] of text.matchAll(/<data\s([^>]*)>([\s\S]*?)<\/data>/g)) {
    const type = attribute(attributes, 'type')
    if (type === undefined) throw new Error('it has an element data without a type')
    if (!records.has(type)) records.set(type, readRecord(type, content))
  }
  return records
}

function readRecord(type: string, content: string): MetadataRecord {
  const location = attribute(/<location\s([^>]*)>/.exec(content)?.[1] ?? '', 'href')
  if (location === undefined) throw new Error(`its ${type} has no location`)
  if (!/^(?![/.])[A-Za-z0-9._~+/-]+$/.test(location) || location.split('/').includes('..'))
    throw new Error(`the location of its ${type}, "${location}", is none below the repository`)
  return {
    type,
    location,
    size: sizeIn(content, 'size'),
    checksum: checksumIn(content, 'checksum', `its ${type}`),
    open: {
      size: sizeIn(content, 'open-size'),
      checksum: /<open-checksum[\s>]/.test(content)
        ? checksumIn(content, 'open-checksum', `its ${type}, unpacked,`)
        : undefined,
    },
  }
}

function sizeIn(content: string, element: string): number | undefined {
  const size = new RegExp(`<${element}>\\s*(\\d{1,15})\\s*</${element}>`).exec(content)?.[1]
  return size === undefined ? undefined : Number(size)
}

function checksumIn(content: string, element: string, subject: string): Checksum {
  const [, attributes = '', hex = ''] =
    new RegExp(`<${element}\\s([^>]*)>\\s*([0-9a-fA-F]+)\\s*</${element}>`).exec(content) ?? []
  return checksumOf(subject, attribute(attributes, 'type') ?? '', hex)
}

/**
 * A checksum as metadata have it.
 *
 * @param subject whose it is, for messages
 * @throws Error when its kind is not known, or it is none of that kind
 */
export function checksumOf(subject: string, type: string, hex: string): Checksum {
  const [kind, digits] = checksums[type] ?? []
  if (kind === undefined) throw new Error(`${subject} has no checksum that is known here`)
  if (hex.length !== digits) throw new Error(`the checksum of ${subject} is no ${type}`)
  return { type: kind, hex: hex.toLowerCase() }
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes)
  return found?.[1] ?? found?.[2]
}
