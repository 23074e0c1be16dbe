import { quote } from '../quote.ts'
import { type Place, refuse } from './place.ts'
import { readText } from './scalars.ts'

/**
 * A day, `YYYY-MM-DD`. As in libmodulemd every part is read as far as its digits go, and what follows the day
 * is ignored; unlike there a day that does not exist is a fault, not a crash.
 */
export function readDate(place: Place): string | undefined {
  const text = readText(place)
  if (place.node.kind !== 'text') return undefined
  const numbers = text.split('-', 3).map((part) => Number(/^\s*\+?(\d{1,9})/.exec(part)?.[1] ?? 0))
  const [year = 0, month = 0, day = 0] = numbers
  if (numbers.length === 3 && isDay(year & 0xffff, month, day)) {
    return [digits(year & 0xffff, 4), digits(month, 2), digits(day, 2)].join('-')
  }
  refuse(place, `${quote(text)} is not a day`, 'write it as YYYY-MM-DD')
  return undefined
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return day <= (days[month - 1] ?? 0)
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0')
}
