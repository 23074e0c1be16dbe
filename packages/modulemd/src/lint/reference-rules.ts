import { matchesGlob } from '../questions/glob.ts'
import { quote } from '../quote.ts'
import type { Objection, Rule } from './rule.ts'
import type { Subject } from './subject.ts'

/** Names of branches that receive all new commits. */
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

/** Rules for references: refs, addresses, names. */
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
    about: 'a component has no ref, so its main branch is built',
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
    about: 'the policy does not allow the ref',
    find: ({ components }, { policy: { refs } }) =>
      [...components.rpms].flatMap(([name, { ref = '' }]) =>
        refs.length === 0 || refs.some((pattern) => matchesGlob(pattern, ref))
          ? []
          : [
              {
                message: `${quote(ref)} is not an allowed ref`,
                remedy: `allowed are ${refs.join(', ')}`,
                path: ['components', 'rpms', name, 'ref'],
              },
            ],
      ),
  },
  {
    name: 'reference-address',
    severity: 'warning',
    about: 'a reference is not a web address',
    find: ({ references = {} }) =>
      Object.entries(references as Record<string, string>)
        .filter(([, url]) => !isWebAddress(url))
        .map(([key, url]) => ({
          message: `${quote(url)} is not a web address`,
          remedy: 'write https://…',
          path: ['references', key],
        })),
  },
  {
    name: 'name-characters',
    severity: 'warning',
    about: 'package managers do not accept such a character in the name of a module or stream',
    find: (subject) =>
      (['name', 'stream'] as const).flatMap((key) => {
        const text = subject[key]
        if (text === undefined || /^[\w+.-]+$/.test(text)) return []
        const message = `${quote(text)} has characters that package managers do not accept`
        return [{ message, remedy: 'use letters, digits and + . _ -', path: [key] }]
      }),
  },
  {
    name: 'text-empty',
    severity: 'warning',
    about: 'a summary, description or rationale is empty',
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
      // Distributions usually have a separate branch for each stream.
      const isOdd = moves || commits > refs.length / 2
      return {
        message: moves ? `${quote(ref)} is a branch that moves` : `${quote(ref)} is not a commit`,
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
      message: `${path.at(-1) ?? ''} is empty`,
      remedy: 'say it in a sentence',
      path,
    }))
}
