import { readModulemd } from '@mbs/modulemd'
import type { Config } from '../config/index.ts'
import type { Database } from '../database/index.ts'
import {
  nsvcOf,
  plainBuild,
  Universe,
  upstreamRules,
  type Block,
  type ExpansionRules,
  type KnownBuild,
} from '../expansion/index.ts'
import { readyModules } from '../modulebuilds/index.ts'
import type { Platform } from '../platforms/index.ts'

/** The base module of every platform of the configuration. */
const baseModule = 'platform'

/** The rules of expansion as configuration has them. */
export function expansionRules(config: Config['expansion']): ExpansionRules {
  return {
    ...upstreamRules,
    onlyCompatibleBaseModules: config.onlyCompatibleBaseModules,
    streamSuffixes: Object.entries(config.streamSuffixes).map(([text, added]) => [new RegExp(text), added]),
  }
}

/**
 * What there is to build against: the platforms, and all ready builds of the modules that the blocks name and of those
 * that they need in turn.
 */
export async function loadUniverse(
  database: Database,
  platforms: ReadonlyMap<string, Platform>,
  blocks: readonly Block[],
): Promise<Universe> {
  const bases = new Map([...platforms].map(([stream, platform]) => [stream, baseOf(platform)]))
  const builds: KnownBuild[] = []
  const asked = new Set([baseModule])
  const namesIn = (requirements: readonly ReadonlyMap<string, unknown>[]) =>
    requirements.flatMap((one) => [...one.keys()])
  let open = namesIn(blocks.map(({ buildrequires }) => buildrequires))
  while (open.length > 0) {
    const names = [...new Set(open)].filter((name) => !asked.has(name))
    for (const name of names) asked.add(name)
    const found = (await readyModules(database, names)).flatMap((row) => knownBuild(row, bases) ?? [])
    builds.push(...found)
    open = namesIn(found.flatMap(({ requires }) => requires))
  }
  return new Universe([...bases.values(), ...builds])
}

function baseOf({ stream, virtualStreams }: Platform): KnownBuild {
  return { ...plainBuild(baseModule, stream, 1n), virtualStreams }
}

/** Undefined for what was built on a platform that is not configured any more. */
function knownBuild(
  row: Awaited<ReturnType<typeof readyModules>>[number],
  bases: ReadonlyMap<string, KnownBuild>,
): KnownBuild | undefined {
  const { name, stream, version, context, platform, koji_tag: kojiTag, scmurl, modulemd } = row
  const base = bases.get(platform ?? '')
  const document = readModulemd(modulemd ?? '').documents[0]
  if (version === null || context === null || base === undefined || document?.kind !== 'modulemd')
    return undefined
  return {
    ...plainBuild(name, stream, BigInt(version)),
    context,
    requires: document.dependencies.map(({ requires }) => requires),
    builtOn: [nsvcOf(base)],
    baseStreams: new Map([[baseModule, base.stream]]),
    ref: scmurl.split('#')[1] ?? '',
    kojiTag,
  }
}
