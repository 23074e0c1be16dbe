import { quote } from '../quote.ts'
import type { Objection, Rule } from './rule.ts'
import type { Alternative, LintContext, Subject } from './subject.ts'

/** Rules for the dependencies of the module and its end of life. */
export const dependencyRules: readonly Rule[] = [
  {
    name: 'end-of-life',
    severity: 'warning',
    about: 'a service level has ended, or a stream that is needed has',
    find: findEnded,
  },
  {
    name: 'stream-with-dash',
    severity: 'warning',
    about: 'package managers read a dash anywhere in a required stream as a negation',
    find: ({ alternatives }) =>
      alternatives.flatMap(({ path, requires }) =>
        [...requires].flatMap(([module, streams]) =>
          streams
            .filter((stream) => stream.lastIndexOf('-') > 0)
            .map((item) => ({
              message: `dnf takes ${quote(item)} for "not ${item.slice(1)}", because of its dash`,
              remedy: 'require a stream without a dash',
              path: [...path, 'requires', module],
              item,
            })),
        ),
      ),
  },
  {
    name: 'alternative-twice',
    severity: 'warning',
    about: 'two alternatives of the dependencies are the same',
    find: ({ alternatives }) => {
      const seen = new Set<string>()
      return alternatives.flatMap((alternative) => {
        const key = keyOf(alternative)
        const isSeen = seen.has(key)
        seen.add(key)
        if (!isSeen) return []
        return [{ message: 'this alternative came before', remedy: 'remove it', path: alternative.path }]
      })
    },
  },
]

function keyOf({ buildrequires, requires }: Alternative): string {
  return JSON.stringify([[...buildrequires], [...requires]])
}

function findEnded({ serviceLevels, alternatives }: Subject, { policy, today }: LintContext): Objection[] {
  const levels = [...serviceLevels]
    .filter(([, eol]) => eol !== undefined && eol < today)
    .map(([name, eol = '']) => ({
      message: `the service level ${quote(name)} ended on ${eol}`,
      remedy: 'give it a later end, or retire the stream',
      path: ['servicelevels', name],
    }))
  const ended = (module: string, stream: string) =>
    policy.endOfLife.find((one) => one.module === module && one.stream === stream && one.date < today)
  const streams = alternatives.flatMap((alternative) =>
    (['buildrequires', 'requires'] as const).flatMap((half) =>
      [...alternative[half]].flatMap(([module, names]) =>
        names.flatMap((item) => {
          const end = ended(module, item)
          if (end === undefined) return []
          return [
            {
              message: `${module}:${item} ended on ${end.date}`,
              remedy: 'depend on a stream that is alive',
              path: [...alternative.path, half, module],
              item,
              repair: 'remove' as const,
            },
          ]
        }),
      ),
    ),
  )
  return [...levels, ...streams]
}
