import type { Schemas } from '@mbs/client'

/** Prints a result: JSON for programs, lines for people. */
export function report(json: boolean, value: unknown, lines: () => readonly string[]): void {
  console.log(json ? JSON.stringify(value) : lines().join('\n'))
}

/** Returns the lines of a page. If the list has several pages, it adds the number of this page. */
export function linesOfPage(
  { page, pages, total }: Schemas['ListMeta'],
  lines: readonly string[],
  what: string,
): readonly string[] {
  if (total === 0) return ['none']
  return pages > 1 ? [...lines, `page ${page} of ${pages}, ${total} ${what}`] : lines
}
