import { UserError } from '../errors.ts'
import type { Block } from './blocks.ts'
import { nameLengthMax } from './names.ts'
import { clausesOf } from './solving/clauses.ts'

/** The largest modules of distributions have a dozen blocks, and as many modules in each. */
const max = { blocks: 100, entries: 5000 }

/**
 * Refuses dependencies that are far larger than any real ones: the time that it takes to solve them grows faster than
 * they do, and every module that requires this one solves them again.
 *
 * @throws UserError (422) that names the limit
 */
export function requireBounded(blocks: readonly Block[]): void {
  const refuse = (what: string) => {
    throw new UserError(422, what, 'data.dependencies')
  }
  if (blocks.length > max.blocks)
    refuse(`the dependencies have ${blocks.length} blocks; at most ${max.blocks} are solved`)
  let entries = 0
  for (const [name, streams] of blocks.flatMap((block) => [...block.buildrequires, ...block.requires])) {
    entries += 1 + streams.length
    if ([name, ...streams].some(({ length }) => length > nameLengthMax + 1))
      refuse(`a name or stream in the dependencies is longer than ${nameLengthMax} characters`)
  }
  if (entries > max.entries)
    refuse(`the dependencies name ${entries} modules and streams; at most ${max.entries} are solved`)
  if (clausesOf(numbered(blocks)) === undefined)
    refuse(
      'the requires of the blocks stand for too many alternatives; use fewer blocks, or fewer modules in each',
    )
}

/** Returns the runtime requirements of the blocks, with a number for each that is written differently. */
function numbered(blocks: readonly Block[]): { providers: number[] }[][] {
  const numbers = new Map<string, number>()
  return blocks
    .filter(({ requires }) => requires.size > 0)
    .map(({ requires }) =>
      [...requires].map((requirement) => {
        const key = JSON.stringify(requirement)
        const number = numbers.get(key) ?? numbers.size
        numbers.set(key, number)
        return { providers: [number] }
      }),
    )
}
