import type { ModuleDefaults } from '../module-defaults.ts'

/**
 * The default stream, for an intent if one is named and has its own; undefined when there is none
 * (`modulemd_defaults_v1_get_default_stream`).
 */
export function defaultStreamOf({ stream, intents }: ModuleDefaults, intent?: string): string | undefined {
  const own = intent === undefined ? undefined : intents?.get(intent)?.stream
  // An intent says with an empty name that it has no default.
  return own === undefined ? stream : own === '' ? undefined : own
}

/**
 * The default profiles of a stream, for an intent if one is named and has its own; undefined when nothing is
 * said, which is not the same as none (`modulemd_defaults_v1_get_default_profiles_for_stream`).
 */
export function defaultProfilesOf(
  { profiles, intents }: ModuleDefaults,
  stream: string,
  intent?: string,
): string[] | undefined {
  const own = intent === undefined ? undefined : intents?.get(intent)?.profiles?.get(stream)
  return own ?? profiles.get(stream)
}
