import { quote } from '../quote.ts'
import { namesInCircles } from './circles.ts'
import type { Objection, Rule } from './rule.ts'
import type { LintContext, Subject } from './subject.ts'

/** Architectures that rpm builds for and that a module may list. */
const ARCHES = [
  'aarch64',
  'armv7hl',
  'i386',
  'i686',
  'loongarch64',
  'noarch',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'x86_64',
]

/** Rules for the build of the components. */
export const buildRules: readonly Rule[] = [
  {
    name: 'arch-unknown',
    severity: 'warning',
    about: 'an architecture that rpm does not know',
    find: findUnknownArches,
  },
  {
    name: 'order-circular',
    severity: 'warning',
    about: 'components wait for each other by buildafter',
    find: findCircles,
  },
  {
    name: 'order-contradicts-specs',
    severity: 'warning',
    about: 'a component is built before or together with a component that its spec BuildRequires',
    find: findContradictions,
  },
  {
    name: 'component-twice',
    severity: 'warning',
    about: 'two components are the same package',
    find: findTwice,
  },
]

function findCircles({ components }: Subject): Objection[] {
  const circular = namesInCircles(
    components.rpms.keys(),
    (name) => components.rpms.get(name)?.buildafter ?? [],
  )
  return [...components.rpms.keys()]
    .filter((name) => circular.has(name))
    .map((name) => ({
      message: `${quote(name)} waits for itself`,
      remedy: 'take one of the names away',
      path: ['components', 'rpms', name, 'buildafter'],
    }))
}

function findTwice({ components }: Subject): Objection[] {
  const keysOf = Map.groupBy(components.rpms.keys(), (key) => components.rpms.get(key)?.name ?? key)
  return [...components.rpms].flatMap(([key, { name }]) => {
    const other = name === undefined ? undefined : keysOf.get(name)?.find((one) => one !== key)
    if (name === undefined || other === undefined) return []
    const message = `${quote(name)} is also a package of the component ${quote(other)}`
    return [{ message, remedy: 'keep one of them', path: ['components', 'rpms', key, 'name'] }]
  })
}

function findUnknownArches({ components, buildopts }: Subject, { policy }: LintContext): Objection[] {
  const known = [...ARCHES, ...policy.arches]
  const sets = [
    ...buildopts.map(({ path, options }) => ({ path: [...path, 'arches'], arches: options.arches })),
    ...[...components.rpms].flatMap(([name, { arches, multilib }]) => [
      { path: ['components', 'rpms', name, 'arches'], arches },
      { path: ['components', 'rpms', name, 'multilib'], arches: multilib },
    ]),
  ]
  return sets.flatMap(({ path, arches }) =>
    arches
      .filter((item) => !known.includes(item))
      .map((item) => ({
        message: `there is no architecture ${quote(item)}`,
        remedy: /\s/.test(item) ? 'write a list: one item for each' : `known are ${known.join(', ')}`,
        path,
        item,
        ...(/^\S+(\s+\S+)+$/.test(item) ? { repair: { replace: item.trim().split(/\s+/).join(', ') } } : {}),
      })),
  )
}

function isReachable(from: string, to: string, components: Subject['components']['rpms']): boolean {
  const seen = new Set<string>()
  const next = [from]
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    for (const target of components.get(name)?.buildafter ?? []) {
      if (target === to) return true
      if (!seen.has(target)) next.push(target)
      seen.add(target)
    }
  }
  return false
}

/**
 * Checks only requirements between two components of this module. A component may also require its own
 * packages.
 */
function findContradictions({ components }: Subject, { specs }: LintContext): Objection[] {
  const builder = new Map(
    [...specs].flatMap(([name, { packages }]) => packages.map((one) => [one, name] as const)),
  )
  const usesAfter = [...components.rpms.values()].some(({ buildafter }) => buildafter.length > 0)
  return [...components.rpms].flatMap(([name, component]) => {
    const needed = new Set((specs.get(name)?.buildRequires ?? []).map((one) => builder.get(one)))
    return [...needed].flatMap((other) => {
      const before = other === undefined || other === name ? undefined : components.rpms.get(other)
      if (other === undefined || before === undefined) return []
      const isBefore = usesAfter
        ? isReachable(name, other, components.rpms)
        : before.buildorder < component.buildorder
      if (isBefore) return []
      return [
        {
          message: `${quote(name)} is not built after ${quote(other)}, which its spec requires`,
          remedy: usesAfter
            ? `add ${other} to its buildafter`
            : `give it a buildorder above ${before.buildorder}`,
          path: ['components', 'rpms', name],
        },
      ]
    })
  })
}
