import { quote } from '../quote.ts'
import { type Place, refuse, refuseType } from './place.ts'

const UINT64_MAX = 2n ** 64n - 1n
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
/** No 64-bit number has more digits, except for leading zeros. The conversion of a million digits is slow. */
const DIGITS_MAX = 100

/** Reads any text, including the empty one. */
export function readText(place: Place): string {
  const { node } = place
  if (node.kind === 'text') return node.text
  refuseType(place, 'text')
  return ''
}

/** Reads `true` or `false`. YAML has more words for booleans, which are refused here. */
export function readBoolean(place: Place): boolean {
  if (!isText(place)) return false
  const text = readText(place)
  if (text !== 'true' && text !== 'false') {
    refuse(place, {
      code: 'value',
      message: `${quote(text)} is not a boolean`,
      remedy: 'write true or false',
    })
  }
  return text === 'true'
}

/**
 * Reads an unsigned 64-bit number. As with `strtoull`, blanks, a plus sign and zeros may lead. Returns
 * undefined after a fault.
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
 * Reads a 64-bit number and keeps its low 32 bits, as libmodulemd does. In lax reading, 2^64 - 1 is -1, because
 * published repositories of Enterprise Linux 8 contain it.
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

/** Returns whether the value is a text, and reports a list or a map. */
function isText(place: Place): boolean {
  readText(place)
  return place.node.kind === 'text'
}
