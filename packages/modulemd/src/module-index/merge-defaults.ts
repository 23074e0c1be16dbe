import { sortedMap } from '../byte-order.ts'
import type { Intent, ModuleDefaults } from '../module-defaults.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { pathOf } from '../path.ts'
import { present } from '../present.ts'
import { quote } from '../quote.ts'

/**
 * Merges two documents of defaults (`modulemd_defaults_v1_merge`). A value that only one of them has stays.
 * Where they differ, the newer one takes precedence. When equally new documents name different streams, the
 * result has no default stream; in strict merging that is an error.
 *
 * @throws {ModulemdError} when equally new documents differ in profiles or intents, or, in strict merging, in
 * streams
 */
export function mergeDefaults(
  from: ModuleDefaults,
  into: ModuleDefaults,
  options: { strictStreams: boolean },
): ModuleDefaults {
  const modified = [into.modified ?? 0n, from.modified ?? 0n] as const
  const newer = modified[1] > modified[0] ? 'from' : modified[1] < modified[0] ? 'into' : 'neither'
  const stream = mergeStreams(from, into, newer, options.strictStreams)
  const profiles = mergeProfiles(from.profiles, into.profiles, newer, from.module)
  const intents = mergeIntents(from, into, newer)
  const latest = newer === 'from' ? from.modified : into.modified
  return {
    kind: 'modulemd-defaults',
    module: into.module,
    ...present('modified', latest),
    ...present('stream', stream),
    profiles,
    ...(intents.size === 0 ? {} : { intents }),
  }
}

type Newer = 'from' | 'into' | 'neither'
type Profiles = ReadonlyMap<string, string[]>

function mergeStreams(
  from: ModuleDefaults,
  into: ModuleDefaults,
  newer: Newer,
  isStrict: boolean,
): string | undefined {
  if (from.stream === undefined || into.stream === undefined || from.stream === into.stream) {
    return into.stream ?? from.stream
  }
  if (newer !== 'neither') return newer === 'from' ? from.stream : into.stream
  if (!isStrict) return undefined
  throw conflict(
    into.module,
    ['stream'],
    `both ${quote(into.stream)} and ${quote(from.stream)} are its default stream`,
  )
}

function mergeProfiles(from: Profiles, into: Profiles, newer: Newer, module: string): Map<string, string[]> {
  const merged = new Map(into)
  for (const [stream, profiles] of from) {
    const own = merged.get(stream)
    if (own === undefined || (newer === 'from' && !isSame(own, profiles))) merged.set(stream, profiles)
    else if (newer === 'neither' && !isSame(own, profiles)) {
      throw conflict(
        module,
        ['profiles', stream],
        `the default profiles of ${quote(stream)} are not the same`,
      )
    }
  }
  return sortedMap(merged)
}

function mergeIntents(from: ModuleDefaults, into: ModuleDefaults, newer: Newer): Map<string, Intent> {
  const merged = new Map(into.intents)
  for (const [name, intent] of from.intents ?? []) {
    const own = merged.get(name)
    if (own === undefined) {
      merged.set(name, intent)
      continue
    }
    const isConflict = own.stream !== undefined && intent.stream !== undefined && own.stream !== intent.stream
    if (isConflict && newer === 'neither') {
      throw conflict(
        from.module,
        ['intents', name, 'stream'],
        `the intent ${quote(name)} has two default streams`,
      )
    }
    const stream = isConflict
      ? newer === 'from'
        ? intent.stream
        : own.stream
      : (own.stream ?? intent.stream)
    merged.set(name, {
      ...present('stream', stream),
      ...present('profiles', mergeIntentProfiles(intent, own, newer, from.module)),
    })
  }
  return sortedMap(merged)
}

function mergeIntentProfiles(from: Intent, into: Intent, newer: Newer, module: string) {
  if (from.profiles === undefined || into.profiles === undefined) return into.profiles ?? from.profiles
  return mergeProfiles(from.profiles, into.profiles, newer, module)
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((profile, i) => profile === b[i])
}

function conflict(module: string, keys: readonly string[], what: string): ModulemdError {
  return new ModulemdError([
    {
      code: 'conflict',
      message: `equally new defaults of ${quote(module)} disagree: ${what}`,
      remedy: 'raise "modified" in the one that is right',
      line: 0,
      column: 0,
      path: pathOf(['data', ...keys]),
    },
  ])
}
