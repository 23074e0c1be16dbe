import { elementsOf } from './elements.ts'
import { checksumOf, type Checksum } from './read-repomd.ts'

/** A package in the primary metadata of a repository. */
export interface PrimaryPackage {
  name: string
  epoch: number
  version: string
  release: string
  arch: string
  /** The file name of its source package; absent in a source package. */
  sourceRpm: string | undefined
  /** The path of the file below the repository; never outside of it. */
  location: string
  /** The size of the file in bytes. */
  size: number
  /** The checksum of the file. */
  checksum: Checksum
}

/**
 * Reads the packages of a repository's primary metadata, without their requires and provides.
 *
 * This is not a general XML parser. createrepo_c and similar programs write elements without comments or CDATA
 * between them. This function refuses metadata that it cannot read in this form.
 *
 * @throws Error that names the fault
 */
export function readPrimary(text: string): PrimaryPackage[] {
  if (!/<metadata[\s>]/.test(text)) throw new Error('it has no element metadata')
  return [...elementsOf(text, 'package')].map(({ content }) => readPackage(content))
}

function readPackage(content: string): PrimaryPackage {
  const name = textIn(content, 'name') ?? ''
  const version = attributesOf(content, 'version')
  const location = attributesOf(content, 'location').get('href') ?? ''
  const [, attributes = '', hex = ''] =
    /<checksum\s([^<>]*)>\s*([0-9a-fA-F]+)\s*<\/checksum>/.exec(content) ?? []
  const sourceRpm = textIn(content, 'rpm:sourcerpm')
  const found = {
    name,
    epoch: Number(version.get('epoch') ?? '0'),
    version: version.get('ver') ?? '',
    release: version.get('rel') ?? '',
    arch: textIn(content, 'arch') ?? '',
  }
  const size = Number(attributesOf(content, 'size').get('package'))
  if (Object.values(found).some((part) => part === '' || /[\s/\u0000-\u001f]/.test(String(part))))
    throw new Error(`the package "${name}" has no name, version, release or arch that is valid`)
  if (!/^(?![/.])[^\s?#\\]+$/.test(location) || location.split('/').includes('..'))
    throw new Error(`the location of ${name}, "${location}", is not inside the repository`)
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(found.epoch))
    throw new Error(`the size or the epoch of ${name} is not a number`)
  return {
    ...found,
    sourceRpm: sourceRpm === '' ? undefined : sourceRpm,
    location,
    size,
    checksum: checksumOf(name, /type="([^"]*)"/.exec(attributes)?.[1] ?? '', hex),
  }
}

function textIn(content: string, element: string): string | undefined {
  const text = new RegExp(`<${element}>([^<]*)</${element}>`).exec(content)?.[1]
  return text === undefined ? undefined : unescaped(text)
}

function attributesOf(content: string, element: string): Map<string, string> {
  const attributes = new RegExp(`<${element}\\s([^<>]*)>`).exec(content)?.[1] ?? ''
  return new Map(
    [...attributes.matchAll(/(?<![\w:])([\w:]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      unescaped(value),
    ]),
  )
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function unescaped(text: string): string {
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_whole, name: string) => entities[name] ?? '')
}
