import { exitCodes, fail } from '../exit.ts'

/** Parses the number of a build or an effect; ends the command if the text is not a number. */
export function number(text: string, of = 'a module build'): number {
  if (!/^\d+$/.test(text)) fail(exitCodes.usage, `"${text}" is not the number of ${of}`)
  return Number(text)
}
