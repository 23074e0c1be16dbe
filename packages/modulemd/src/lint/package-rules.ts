import { quote } from '../quote.ts'
import { nameOfNevra } from './nevra.ts'
import { isRelated } from './related.ts'
import type { Objection, Rule } from './rule.ts'
import type { LintContext, Subject } from './subject.ts'

/** Profiles of these names say what goes into build roots. */
const BUILDROOT_PROFILES = new Map([
  ['buildroot', 'buildroot'],
  ['srpm-buildroot', 'srpmBuildroot'],
] as const)

/** Distributions ask for `common` in each module; where there are two sides, it repeats the usual one. */
const ALIASES = new Set(['common client', 'common server'])

/** Of fewer components nobody can tell by their names what is built of them. */
const COMPONENTS_MIN = 3

/** The names of packages: what is shipped, what is filtered, what profiles install. */
export const packageRules: readonly Rule[] = [
  {
    name: 'filter-matches-nothing',
    severity: 'warning',
    about: 'a filtered package is built of none of the components',
    find: (subject, context) =>
      subject.filter
        .filter((item) => !isBuilt(item, subject, context))
        .map((item) => ({
          message: `no component builds ${quote(item)}`,
          remedy: 'take it away, or mend its name',
          path: ['filter', 'rpms'],
          item,
          repair: 'remove',
        })),
  },
  {
    name: 'filtered-but-wanted',
    severity: 'warning',
    about: 'a filtered package is part of the api or of a profile, which cannot be installed then',
    find: findFilteredButWanted,
  },
  {
    name: 'profile-empty',
    severity: 'warning',
    about: 'a profile installs nothing',
    find: ({ profiles }) =>
      [...profiles]
        .filter(([, { rpms }]) => rpms.length === 0)
        .map(([name]) => ({
          message: `the profile ${quote(name)} installs nothing`,
          remedy: 'name its packages, or take it away',
          path: ['profiles', name],
        })),
  },
  {
    name: 'profile-not-built',
    severity: 'warning',
    about: 'a profile installs a package that is not among the artifacts',
    find: findNotBuilt,
  },
  {
    name: 'profiles-overlap',
    severity: 'warning',
    about: 'two profiles install the same',
    find: findOverlaps,
  },
  {
    name: 'profile-unused',
    severity: 'warning',
    about: 'a profile for build roots that no component asks for',
    find: findUnused,
  },
  {
    name: 'demodularized-but-shipped',
    severity: 'warning',
    about: 'a package has left the module and is still part of it',
    find: ({ demodularized, api, components }) =>
      demodularized
        .filter((item) => api.includes(item) || components.rpms.has(item))
        .map((item) => ({
          message: `${quote(item)} has left the module, and is still part of it`,
          remedy: 'take it away here, or there',
          path: ['demodularized', 'rpms'],
          item,
        })),
  },
]

function isBuilt(item: string, subject: Subject, { specs }: LintContext): boolean {
  const known = [...subject.components.rpms.keys()]
  // Where all specs are known, so are all packages.
  if (known.length > 0 && known.every((component) => specs.has(component))) {
    return [...specs.values()].some(({ packages }) => packages.includes(item))
  }
  // The companion of a module for developers filters what the module itself ships.
  if (known.length < COMPONENTS_MIN || subject.name?.endsWith('-devel') === true) return true
  return [...known, ...subject.api, ...packagesOf(subject)].some((name) => isRelated(item, name))
}

/** Names of the packages that the document names otherwise. */
function packagesOf({ profiles, artifacts }: Subject): string[] {
  return [...[...profiles.values()].flatMap(({ rpms }) => rpms), ...artifacts.map(nameOfNevra)]
}

function findFilteredButWanted({ filter, api, profiles }: Subject): Objection[] {
  const filtered = new Set(filter)
  const of = (items: readonly string[], path: string[], what: string) =>
    items
      .filter((item) => filtered.has(item))
      .map((item) => ({
        message: `${quote(item)} is ${what}, and filtered`,
        remedy: 'take it from filter.rpms, or away here',
        path,
        item,
      }))
  return [
    ...of(api, ['api', 'rpms'], 'part of the api'),
    ...[...profiles].flatMap(([name, { rpms }]) =>
      of(rpms, ['profiles', name, 'rpms'], `installed by the profile ${quote(name)}`),
    ),
  ]
}

function findNotBuilt({ profiles, artifacts }: Subject): Objection[] {
  const built = new Set(artifacts.map(nameOfNevra))
  if (built.size === 0) return []
  return [...profiles].flatMap(([name, { rpms }]) =>
    rpms
      .filter((item) => !built.has(item))
      .map((item) => ({
        message: `${quote(item)} is not among the artifacts`,
        remedy: 'mend its name, or take it away',
        path: ['profiles', name, 'rpms'],
        item,
        repair: 'remove' as const,
      })),
  )
}

function findOverlaps({ profiles }: Subject): Objection[] {
  const seen = new Map<string, string>()
  return [...profiles].flatMap(([name, { rpms }]) => {
    const key = JSON.stringify(rpms)
    const first = seen.get(key)
    if (first === undefined || rpms.length === 0) {
      seen.set(key, name)
      return []
    }
    if (ALIASES.has(`${first} ${name}`) || ALIASES.has(`${name} ${first}`)) return []
    return [
      {
        message: `the profiles ${quote(first)} and ${quote(name)} install the same`,
        remedy: 'keep one of them',
        path: ['profiles', name],
      },
    ]
  })
}

function findUnused({ profiles, components }: Subject): Objection[] {
  return [...BUILDROOT_PROFILES].flatMap(([name, flag]) => {
    const isUsed = [...components.rpms.values()].some((component) => component[flag])
    if (!profiles.has(name) || isUsed || components.rpms.size === 0) return []
    return [
      {
        message: `no component asks for the profile ${quote(name)}`,
        remedy: `set ${name}: true for a component, or take it away`,
        path: ['profiles', name],
      },
    ]
  })
}
