import { quote } from '../quote.ts'
import { archOfNevra, isSource, nameOfNevra } from './nevra.ts'
import type { Objection, Rule } from './rule.ts'
import type { Subject } from './subject.ts'

/** The architectures that run on an architecture besides itself and noarch, by rpm's rules. */
const COMPATIBLE: Readonly<Record<string, RegExp>> = {
  x86_64: /^(?:x86_64_v\d|amd64|ia32e|i[3-6]86|athlon|geode|pentium[34])$/,
  i686: /^(?:i[3-6]86|athlon|geode|pentium[34])$/,
  i386: /^(?:i[3-6]86|athlon|geode|pentium[34])$/,
  s390x: /^s390$/,
  ppc64: /^ppc(?:64p7)?$/,
  armhfp: /^armv[678]h?n?l$/,
  armv7hl: /^armv[678]h?n?l$/,
}

/** Rules for the artifacts and the identity of a published document. */
export const artifactRules: readonly Rule[] = [
  {
    name: 'artifact-filtered',
    severity: 'warning',
    about: 'an artifact is a package that the module filters',
    find: findFiltered,
  },
  {
    name: 'artifact-arch',
    severity: 'warning',
    about: 'an artifact does not run on the architecture of the document',
    find: findOtherArches,
  },
  {
    name: 'artifact-file-name',
    severity: 'warning',
    about: 'an artifact is the name of a file: package managers take ".rpm" for its architecture',
    find: ({ artifacts }) =>
      artifacts.filter(isFileName).map((item) => ({
        message: `${quote(item)} ends with .rpm, which is not an architecture`,
        remedy: `write ${item.slice(0, -'.rpm'.length)}`,
        path: ['artifacts', 'rpms'],
        item,
        repair: { replace: item.slice(0, -'.rpm'.length) },
      })),
  },
  {
    name: 'published-incomplete',
    severity: 'warning',
    about: 'a published document lacks its version, context or arch',
    find: findIncomplete,
  },
]

function findFiltered({ name, filter, artifacts }: Subject): Objection[] {
  // The `-devel` companion of a module lists the packages that the module filters.
  if (name?.endsWith('-devel') === true) return []
  const filtered = new Set(filter)
  return artifacts
    .filter((item) => filtered.has(nameOfNevra(item)) && !isSource(item))
    .map((item) => ({
      message: `${quote(item)} is filtered, and among the artifacts`,
      remedy: `remove it here, or remove ${nameOfNevra(item)} from filter.rpms`,
      path: ['artifacts', 'rpms'],
      item,
    }))
}

function isFileName(nevra: string): boolean {
  return nevra.endsWith('.rpm')
}

function findOtherArches({ arch, artifacts }: Subject): Objection[] {
  if (arch === undefined) return []
  const runs = (own: string) => own === arch || own === 'noarch' || COMPATIBLE[arch]?.test(own) === true
  return artifacts
    .filter((item) => !isSource(item) && !isFileName(item) && !runs(archOfNevra(item)))
    .map((item) => ({
      message: `${quote(item)} does not run on ${arch}, the arch of this document`,
      remedy: 'list it in the document of its own architecture',
      path: ['artifacts', 'rpms'],
      item,
    }))
}

/** Only built documents have artifacts or an architecture. A packager's draft has neither. */
function findIncomplete({ version, context, arch, artifacts }: Subject): Objection[] {
  if (artifacts.length === 0 && arch === undefined) return []
  const lacking = Object.entries({ version, context, arch }).filter(([, value]) => value === undefined)
  return lacking.map(([key]) => ({
    message: `a published document lacks its ${key}`,
    remedy: `add ${key}, as it was built`,
    path: [key],
  }))
}
