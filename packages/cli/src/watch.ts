import { setTimeout as sleep } from 'node:timers/promises'
import type { Api, ModuleBuild } from './api.ts'
import { changes, describeBuild, hasEnded } from './progress.ts'

/** Interval between two requests. A request is cheap, and users are impatient. */
const lookEveryMs = 300

/**
 * Follows a build to its end. On a terminal the display is redrawn in place. A pipe gets one line a change.
 * With `silent` nothing is printed.
 */
export async function watch(api: Api, id: number, silent: boolean): Promise<ModuleBuild> {
  const terminal = process.stdout.isTTY
  let before: ModuleBuild | undefined
  let drawn = 0
  for (;;) {
    const build = await api.build(id)
    const now = new Date()
    if (!silent && terminal) drawn = redraw(describeBuild(build, now), drawn)
    else if (!silent) for (const line of changes(before, build, now)) console.log(line)
    if (hasEnded(build)) return build
    before = build
    await sleep(lookEveryMs)
  }
}

/** Replaces the lines that were drawn before. Lines are cut at the width, so that each takes one row. */
function redraw(lines: readonly string[], drawn: number): number {
  const width = process.stdout.columns || 80
  const up = drawn === 0 ? '' : `\u001b[${drawn}A`
  const rows = lines.map((line) => `${cut(line, width)}\u001b[0m\u001b[K\n`)
  process.stdout.write(`${up}${rows.join('')}\u001b[J`)
  return lines.length
}

/** Returns the first `width` visible characters. Escape sequences take no column. */
function cut(line: string, width: number): string {
  let shown = 0
  return [...line.matchAll(/\u001b\[[0-9;]*m|[^]/gu)]
    .map(([part]) => (part.length > 1 && part.startsWith('\u001b') ? part : shown++ < width ? part : ''))
    .join('')
}
