import { CommandError, exitCodes } from './exit.ts'

/** Returns the number that the user gave for an option. */
export function wholeNumber(text: string | boolean, option: string): number {
  if (typeof text === 'string' && /^-?\d{1,9}$/.test(text)) return Number(text)
  throw new CommandError(exitCodes.usage, `${option} takes a whole number, not "${String(text)}"`)
}
