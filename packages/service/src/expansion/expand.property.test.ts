import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expand, plainBuild, Universe, type KnownBuild } from './index.ts'

const names = ['a', 'b', 'c', 'd']
const streams = ['1', '2', '3']

const base = plainBuild('platform', 'f1', 1n)

/** Some streams of some modules, by name. */
const requirements = fc
  .dictionary(fc.constantFrom(...names), fc.uniqueArray(fc.constantFrom(...streams), { minLength: 1 }), {
    maxKeys: 3,
  })
  .map((record) => new Map(Object.entries(record)))

/** Every stream of every module, each in one or two contexts with different requirements. */
const builds = fc
  .tuple(
    ...names.flatMap((name) =>
      streams.map((stream) =>
        fc
          .array(fc.array(requirements, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
          .map((contexts) =>
            contexts.map((requires, index): KnownBuild => ({
              ...plainBuild(name, stream, 1n),
              context: `c${index}`,
              requires,
              builtOn: ['platform:f1:1:00000000'],
              baseStreams: new Map([['platform', 'f1']]),
            })),
          ),
      ),
    ),
  )
  .map((all) => all.flat())

/**
 * Returns whether each build has all requirements of one of its blocks. Blocks without requirements do not count, as in
 * upstream.
 */
function isWhole(chosen: readonly KnownBuild[]): boolean {
  const stream = new Map(chosen.map((build) => [build.name, build.stream]))
  return chosen.every(({ requires }) => {
    const blocks = requires.filter((block) => block.size > 0)
    return (
      blocks.length === 0 ||
      blocks.some((block) => [...block].every(([name, allowed]) => allowed.includes(stream.get(name) ?? '')))
    )
  })
}

/** Returns all ways to have at most one build of each module, by trying. */
function everyChoice(all: readonly KnownBuild[]): KnownBuild[][] {
  return names.reduce<KnownBuild[][]>(
    (choices, name) =>
      choices.flatMap((choice) => [
        choice,
        ...all.filter((build) => build.name === name).map((build) => [...choice, build]),
      ]),
    [[]],
  )
}

test('all combinations of streams are found that trying everything finds, and no other', () => {
  fc.assert(
    fc.property(builds, requirements, (all, wanted) => {
      const choices = everyChoice(all).filter(isWhole)
      const key = (chosen: readonly KnownBuild[]) =>
        [...wanted.keys()]
          .sort()
          .map((name) => `${name}:${chosen.find((build) => build.name === name)?.stream}`)
          .join(' ')
      const possible = choices.filter((chosen) =>
        [...wanted].every(([name, allowed]) =>
          allowed.includes(chosen.find((build) => build.name === name)?.stream ?? ''),
        ),
      )
      const blocks = [{ buildrequires: new Map([['platform', ['f1']], ...wanted]), requires: new Map() }]
      const answer = () => expand(blocks, new Universe([base, ...all])).expansions
      if (possible.length === 0) {
        expect(answer).toThrow(/cannot be resolved|do not fit together/)
        return
      }
      const found = answer().map(({ modules }) => modules.filter(({ name }) => name !== 'platform'))
      expect(found.map(key).sort()).toEqual([...new Set(possible.map(key))].sort())
      for (const chosen of found) expect(isWhole(chosen)).toBe(true)
    }),
    { numRuns: 200 },
  )
})
