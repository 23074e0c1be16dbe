import { elementsOf } from './elements.ts'

/** A file of a repository's metadata, as `repomd.xml` names it. */
export interface MetadataRecord {
  /** `primary`, `modules`, `group` … */
  type: string
  /** The path below the repository, `repodata/….yaml.gz`; never outside of it. */
  location: string
  /** The size in bytes, if the metadata contain it. */
  size: number | undefined
  /** The checksum of the compressed file. */
  checksum: Checksum
  /** Size and checksum of the unpacked content, if the metadata contain them. */
  open: { size: number | undefined; checksum: Checksum | undefined }
}

export interface Checksum {
  type: ChecksumType
  hex: string
}

/** Kinds of digests, by their names in Node. */
export type ChecksumType = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** The names of digests in metadata, with the number of hexadecimal digits. */
const checksums = new Map<string, readonly [ChecksumType, digits: number]>([
  // createrepo's old name for SHA-1.
  ['sha', ['sha1', 40]],
  ['sha1', ['sha1', 40]],
  ['sha224', ['sha224', 56]],
  ['sha256', ['sha256', 64]],
  ['sha384', ['sha384', 96]],
  ['sha512', ['sha512', 128]],
])

/**
 * Reads a `repomd.xml`: the metadata files of a repository, by type. When a type occurs twice, the first one
 * counts.
 *
 * This is not a general XML parser. createrepo_c and similar programs write elements without comments or CDATA
 * between them. This function refuses metadata that it cannot read in this form.
 *
 * @throws Error that names the fault
 */
export function readRepomd(text: string): Map<string, MetadataRecord> {
  if (!/<repomd[\s>]/.test(text)) throw new Error('it has no element repomd')
  const records = new Map<string, MetadataRecord>()
  for (const { attributes, content } of elementsOf(text, 'data')) {
    const type = attribute(attributes, 'type')
    if (type === undefined) throw new Error('it has an element data without a type')
    if (!records.has(type)) records.set(type, readRecord(type, content))
  }
  return records
}

function readRecord(type: string, content: string): MetadataRecord {
  const location = attribute(/<location\s([^<>]*)>/.exec(content)?.[1] ?? '', 'href')
  if (location === undefined) throw new Error(`its ${type} has no location`)
  if (!/^(?![/.])[A-Za-z0-9._~+/-]+$/.test(location) || location.split('/').includes('..'))
    throw new Error(`the location of its ${type}, "${location}", is not inside the repository`)
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
    new RegExp(`<${element}\\s([^<>]*)>\\s*([0-9a-fA-F]+)\\s*</${element}>`).exec(content) ?? []
  return checksumOf(subject, attribute(attributes, 'type') ?? '', hex)
}

/**
 * Reads a checksum of metadata.
 *
 * @param subject the owner of the checksum, for messages
 * @throws Error when the kind is unknown, or the checksum does not have its length
 */
export function checksumOf(subject: string, type: string, hex: string): Checksum {
  const [kind, digits] = checksums.get(type) ?? []
  if (kind === undefined) throw new Error(`${subject} has no checksum of a supported type`)
  if (hex.length !== digits) throw new Error(`the checksum of ${subject} is not a ${type}`)
  return { type: kind, hex: hex.toLowerCase() }
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes)
  return found?.[1] ?? found?.[2]
}
