import { quote } from '../quote.ts'
import { type Place, refuse } from './place.ts'
import { readText } from './scalars.ts'

/**
 * Reads a day, `YYYY-MM-DD`. As in libmodulemd, every part is read up to its last digit, and text behind the
 * day is ignored. A day that does not exist crashes libmodulemd; here it is a fault.
 */
export function readDate(place: Place): string | undefined {
  const text = readText(place)
  if (place.node.kind !== 'text') return undefined
  const numbers = text.split('-', 3).map((part) => Number(/^[ \t-\r]*\+?(\d{1,9})/.exec(part)?.[1] ?? 0))
  const [year = 0, month = 0, day = 0] = numbers
  if (numbers.length === 3 && isDay(year & 0xffff, month, day)) {
    return [digits(year & 0xffff, 4), digits(month, 2), digits(day, 2)].join('-')
  }
  refuse(place, { code: 'value', message: `${quote(text)} is not a day`, remedy: 'write it as YYYY-MM-DD' })
  return undefined
}

/**
 * Reads a minute, `YYYY-MM-DDTHH:MMZ`, as `strptime` does: digits may be missing, blanks may lead, and every
 * month has 31 days. Returns undefined after a fault, and otherwise all digits, so that texts compare as the
 * times do.
 */
export function readMinute(place: Place): string | undefined {
  const text = readText(place)
  if (place.node.kind !== 'text') return undefined
  const match = MINUTE.exec(text)
  const [year = -1, month = 0, day = 0, hour = 24, minute = 60] = (match ?? []).slice(1).map(Number)
  if (match !== null && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59) {
    const date = [digits(year, 4), digits(month, 2), digits(day, 2)].join('-')
    return `${date}T${digits(hour, 2)}:${digits(minute, 2)}Z`
  }
  refuse(place, {
    code: 'value',
    message: `${quote(text)} is not a date with time`,
    remedy: 'write it as YYYY-MM-DDTHH:MMZ, in UTC',
  })
  return undefined
}

const MINUTE =
  /^[ \t-\r]*(\d{1,4})-[ \t-\r]*(\d{1,2})-[ \t-\r]*(\d{1,2})T[ \t-\r]*(\d{1,2}):[ \t-\r]*(\d{1,2})Z$/

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return day <= (days[month - 1] ?? 0)
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0')
}
