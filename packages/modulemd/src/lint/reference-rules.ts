import { matchesGlob } from '../questions/glob.ts'
import { quote } from '../quote.ts'
import type { Objection, Rule } from './rule.ts'
import type { Subject } from './subject.ts'

/** Branches on which everything moves. */
const MOVING_BRANCHES = [
  'main',
  'master',
  'rawhide',
  'HEAD',
  'devel',
  'develop',
  'development',
  'trunk',
  'next',
]

const COMMIT = /^[0-9a-f]{7,64}$/

/** Where things come from: refs, addresses, names. */
export const referenceRules: readonly Rule[] = [
  {
    name: 'ref-moves',
    severity: 'warning',
    about: 'a ref is a branch that moves, or one where the others are commits; other branches are noted',
    find: findMovingRefs,
  },
  {
    name: 'ref-missing',
    severity: 'warning',
    about: 'a component names no ref, and is built from whatever its main branch holds',
    find: ({ components }) =>
      [...components.rpms]
        .filter(([, { ref }]) => ref === undefined || ref === '')
        .map(([name]) => ({
          message: `the component ${quote(name)} names no ref`,
          remedy: 'name a branch, a tag or a commit',
          path: ['components', 'rpms', name],
        })),
  },
  {
    name: 'ref-policy',
    severity: 'error',
    about: 'a ref is none of those that the policy allows',
    find: ({ components }, { policy: { refs } }) =>
      [...components.rpms].flatMap(([name, { ref = '' }]) =>
        refs.length === 0 || refs.some((pattern) => matchesGlob(pattern, ref))
          ? []
          : [
              {
                message: `${quote(ref)} is none of the refs that are allowed`,
                remedy: `allowed are ${refs.join(', ')}`,
                path: ['components', 'rpms', name, 'ref'],
              },
            ],
      ),
  },
  {
    name: 'reference-address',
    severity: 'warning',
    about: 'a reference is no address on the web',
    find: ({ references = {} }) =>
      Object.entries(references as Record<string, string>)
        .filter(([, url]) => !isWebAddress(url))
        .map(([key, url]) => ({
          message: `${quote(url)} is no address on the web`,
          remedy: 'write https://…',
          path: ['references', key],
        })),
  },
  {
    name: 'name-characters',
    severity: 'warning',
    about: 'package managers take no such character in names of modules and streams',
    find: (subject) =>
      (['name', 'stream'] as const).flatMap((key) => {
        const text = subject[key]
        if (text === undefined || /^[\w+.-]+$/.test(text)) return []
        const message = `${quote(text)} has characters that package managers do not take`
        return [{ message, remedy: 'use letters, digits and + . _ -', path: [key] }]
      }),
  },
  {
    name: 'text-empty',
    severity: 'warning',
    about: 'summary, description or a rationale say nothing',
    find: findEmptyTexts,
  },
]

function findMovingRefs({ components }: Subject): Objection[] {
  const refs = [...components.rpms].flatMap(([name, { ref }]) =>
    ref === undefined || ref === '' ? [] : [{ name, ref }],
  )
  const commits = refs.filter(({ ref }) => COMMIT.test(ref)).length
  return refs
    .filter(({ ref }) => !COMMIT.test(ref))
    .map(({ name, ref }) => {
      const moves = MOVING_BRANCHES.includes(ref)
      // A branch of its own for each stream is how distributions do it.
      const isOdd = moves || commits > refs.length / 2
      return {
        message: moves ? `${quote(ref)} is a branch that moves` : `${quote(ref)} is no commit`,
        remedy: 'name a commit, or the branch of this stream',
        path: ['components', 'rpms', name, 'ref'],
        ...(isOdd ? {} : { severity: 'note' as const }),
      }
    })
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && !/\s/.test(text)
}

function findEmptyTexts({ summary, description, components }: Subject): Objection[] {
  const texts = [
    { path: ['summary'], text: summary },
    { path: ['description'], text: description },
    ...[...components.rpms].map(([name, { rationale }]) => ({
      path: ['components', 'rpms', name, 'rationale'],
      text: rationale ?? '',
    })),
  ]
  return texts
    .filter(({ text }) => text?.trim() === '')
    .map(({ path }) => ({
      message: `${path.at(-1) ?? ''} says nothing`,
      remedy: 'say it in a sentence',
      path,
    }))
}
