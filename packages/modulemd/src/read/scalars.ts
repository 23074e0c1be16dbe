import { quote } from '../quote.ts'
import { type Place, refuse, refuseType } from './place.ts'

const UINT64_MAX = 2n ** 64n - 1n
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
/**
 * No number of 64 bits is longer, but for leading zeros; and turning a million digits into one takes its
 * time.
 */
const DIGITS_MAX = 100

/** Any text, the empty one included. */
export function readText(place: Place): string {
  const { node } = place
  if (node.kind === 'text') return node.text
  refuseType(place, 'text')
  return ''
}

/** `true` or `false` and nothing else, although YAML has more words for it. */
export function readBoolean(place: Place): boolean {
  if (!isText(place)) return false
  const text = readText(place)
  if (text !== 'true' && text !== 'false') {
    refuse(place, { code: 'value', message: `${quote(text)} is no boolean`, remedy: 'write true or false' })
  }
  return text === 'true'
}

/**
 * A number of 64 bits without sign; as with `strtoull`, blanks, a plus and zeros may lead. Undefined after a
 * fault.
 */
export function readUint64(place: Place): bigint | undefined {
  if (!isText(place)) return undefined
  const text = readText(place)
  const digits = /^[ \t-\r]*\+?(\d+)$/.exec(text)?.[1]
  if (digits !== undefined && digits.length <= DIGITS_MAX && BigInt(digits) <= UINT64_MAX)
    return BigInt(digits)
  refuse(place, {
    code: 'value',
    message: `${quote(text)} is not a number`,
    remedy: `write a whole number from 0 to ${UINT64_MAX.toString()}`,
  })
  return undefined
}

/**
 * A number of 64 bits of which the low 32 count, as in libmodulemd. In lax reading 2^64 - 1 is -1: published
 * repositories of Enterprise Linux 8 hold it.
 */
export function readBuildorder(place: Place): number {
  if (!isText(place)) return 0
  const text = readText(place)
  const digits = /^[ \t-\r]*([+-]?\d+)$/.exec(text)?.[1]
  const value =
    digits !== undefined && digits.length <= DIGITS_MAX ? BigInt(digits.replace('+', '')) : undefined
  if (value === UINT64_MAX && !place.report.isStrict) return -1
  if (value !== undefined && value >= INT64_MIN && value <= INT64_MAX) return Number(BigInt.asIntN(32, value))
  refuse(place, { code: 'value', message: `${quote(text)} is not a number`, remedy: 'write a whole number' })
  return 0
}

/** Reports a list or a map where a text belongs. */
function isText(place: Place): boolean {
  readText(place)
  return place.node.kind === 'text'
}
