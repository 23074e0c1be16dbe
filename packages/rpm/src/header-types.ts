import { RpmReadError } from './rpm-read-error.ts'

/** One entry of a header's index: the place of a tag's values in the data, and their type. */
export interface HeaderEntry {
  tag: number
  type: number
  /** From the beginning of the data. */
  offset: number
  count: number
  /** In bytes, as measured in the data. */
  length: number
}

/** The value types of an RPM header (`rpmTagType`). */
export const TYPE = {
  char: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  string: 6,
  binary: 7,
  stringArray: 8,
  i18nString: 9,
} as const

/** Bytes of one value. Strings are measured by their terminators instead. */
const VALUE_LENGTH: Readonly<Record<number, number>> = {
  [TYPE.char]: 1,
  [TYPE.int8]: 1,
  [TYPE.int16]: 2,
  [TYPE.int32]: 4,
  [TYPE.int64]: 8,
  [TYPE.binary]: 1,
}

/** Lower tags are regions and the table of locales, which never occur among the entries. */
const TAG_MIN = 100
/** Largest number of values of a tag, except for binary ones (`HEADER_ARRAY_MAX`). */
const COUNT_MAX = 0x000fffff

/** Reads one index entry and measures its values in the data, with rpm's own checks of an entry. */
export function measureEntry(index: Buffer, at: number, data: Buffer): HeaderEntry {
  const tag = index.readUInt32BE(at)
  const type = index.readUInt32BE(at + 4)
  const offset = index.readUInt32BE(at + 8)
  const count = index.readUInt32BE(at + 12)
  const bad = (why: string): RpmReadError => new RpmReadError(`tag ${tag} is bad: ${why}`)

  if (tag < TAG_MIN || tag > 0x7fffffff) throw bad('the tag is not allowed here')
  if (type < TYPE.char || type > TYPE.i18nString) throw bad(`there is no type ${type}`)
  if (count < 1 || count > data.length) throw bad(`it cannot have ${count} values`)
  if (type !== TYPE.binary && count > COUNT_MAX) throw bad(`${count} values are more than rpm allows`)
  if (offset > data.length) throw bad('it begins outside the data')
  const length = VALUE_LENGTH[type]
  if (length === undefined) {
    if (type === TYPE.string && count !== 1) throw bad(`a string cannot have ${count} values`)
    return { tag, type, offset, count, length: stringsEnd(data, offset, count, bad) - offset }
  }
  if (offset % length !== 0) throw bad('it is not aligned')
  if (offset + length * count > data.length) throw bad('it ends outside the data')
  return { tag, type, offset, count, length: length * count }
}

/** Returns the end of `count` strings, each with its terminator. */
function stringsEnd(data: Buffer, offset: number, count: number, bad: (why: string) => RpmReadError): number {
  let end = offset
  for (let left = count; left > 0; left--) {
    const terminator = data.indexOf(0, end)
    if (terminator === -1) throw bad('a string is not terminated')
    end = terminator + 1
  }
  return end
}
