import { isUtf8 } from 'node:buffer'
import type { HeaderBlob } from './header-blob.ts'
import { type HeaderEntry, TYPE } from './header-types.ts'
import { RpmReadError } from './rpm-read-error.ts'

export const STRING_TYPES: readonly number[] = [TYPE.string, TYPE.stringArray, TYPE.i18nString]

/** Returns all strings of a tag; none when the tag is absent. Like rpm, it treats all string types alike. */
export function stringsOf(header: HeaderBlob, tag: number): string[] {
  const entry = header.entries.get(tag)
  if (entry === undefined) return []
  if (!STRING_TYPES.includes(entry.type)) throw wrongType(entry, 'text')
  return decodeStrings(valueOf(header, entry).subarray(0, -1))
}

/**
 * Returns the string of a tag; for a translated tag, the string of the C locale. Returns undefined when the tag
 * is absent.
 */
export function stringOf(header: HeaderBlob, tag: number): string | undefined {
  return stringsOf(header, tag)[0]
}

/** Returns all numbers of a tag; none when the tag is absent. */
export function numbersOf(header: HeaderBlob, tag: number): number[] {
  const entry = header.entries.get(tag)
  if (entry === undefined) return []
  if (entry.type > TYPE.int64) throw wrongType(entry, 'numbers')
  const value = valueOf(header, entry)
  const width = entry.length / entry.count
  const numbers = new Array<number>(entry.count)
  for (let i = 0; i < entry.count; i++) numbers[i] = numberAt(value, i * width, width, tag)
  return numbers
}

/** Returns the bytes of a tag in hexadecimal, or undefined when the tag is absent. */
export function hexOf(header: HeaderBlob, tag: number): string | undefined {
  const entry = header.entries.get(tag)
  if (entry === undefined) return undefined
  if (entry.type !== TYPE.binary) throw wrongType(entry, 'bytes')
  return valueOf(header, entry).toString('hex')
}

function valueOf(header: HeaderBlob, entry: HeaderEntry): Buffer {
  return header.data.subarray(entry.offset, entry.offset + entry.length)
}

/**
 * Decodes all strings of a tag at once, because a package with a hundred thousand files spends most of its time
 * here.
 */
function decodeStrings(bytes: Buffer): string[] {
  if (isUtf8(bytes)) return bytes.toString('utf8').split('\0')
  // Old packages contain Latin-1 without a declaration. createrepo_c also decides for each string.
  return bytes.toString('latin1').split('\0').map(utf8IfValid)
}

function utf8IfValid(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1
}

function numberAt(value: Buffer, at: number, width: number, tag: number): number {
  if (width <= 4) return value.readUIntBE(at, width)
  const number = value.readBigUInt64BE(at)
  if (number > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RpmReadError(`tag ${tag} is bad: ${number} is too large`)
  return Number(number)
}

function wrongType(entry: HeaderEntry, expected: string): RpmReadError {
  return new RpmReadError(`tag ${entry.tag} is bad: it should hold ${expected} and is of type ${entry.type}`)
}
