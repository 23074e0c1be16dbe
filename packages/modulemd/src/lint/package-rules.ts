import { quote } from '../quote.ts'
import { nameOfNevra } from './nevra.ts'
import { isRelated } from './related.ts'
import type { Objection, Rule } from './rule.ts'
import type { LintContext, Subject } from './subject.ts'

/** Names of profiles that list packages for build roots. */
const BUILDROOT_PROFILES = new Map([
  ['buildroot', 'buildroot'],
  ['srpm-buildroot', 'srpmBuildroot'],
] as const)

/**
 * Distributions require a profile `common` in each module. In a module with a client and a server, `common`
 * repeats the usual one of the two.
 */
const ALIASES = new Set(['common client', 'common server'])

/** With fewer components, their names do not show which packages they build. */
const COMPONENTS_MIN = 3

/** Rules for the names of packages: shipped, filtered, and installed by profiles. */
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
          remedy: 'remove it, or correct its name',
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
          remedy: 'name its packages, or remove it',
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
    find: findStillShipped,
  },
]

function findStillShipped({ demodularized, api, components }: Subject): Objection[] {
  const shipped = new Set([...api, ...components.rpms.keys()])
  return demodularized
    .filter((item) => shipped.has(item))
    .map((item) => ({
      message: `${quote(item)} has left the module, and is still part of it`,
      remedy: 'remove it here or there',
      path: ['demodularized', 'rpms'],
      item,
    }))
}

function isBuilt(item: string, subject: Subject, { specs }: LintContext): boolean {
  const known = [...subject.components.rpms.keys()]
  // When the specs of all components are known, all packages are known.
  if (known.length > 0 && known.every((component) => specs.has(component))) {
    return [...specs.values()].some(({ packages }) => packages.includes(item))
  }
  // The `-devel` companion of a module filters the packages that the module itself ships.
  if (known.length < COMPONENTS_MIN || subject.name?.endsWith('-devel') === true) return true
  return [...known, ...subject.api, ...packagesOf(subject)].some((name) => isRelated(item, name))
}

/** Returns the names of the packages in profiles and artifacts. */
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
        remedy: 'remove it from filter.rpms or here',
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
        remedy: 'correct its name, or remove it',
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
        remedy: `set ${name}: true for a component, or remove it`,
        path: ['profiles', name],
      },
    ]
  })
}
