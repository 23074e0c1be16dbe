import type { ModuleDefaults } from '../module-defaults.ts'

/**
 * Returns the default stream, for the intent if the caller names one that has its own. Returns undefined when
 * there is none (`modulemd_defaults_v1_get_default_stream`).
 */
export function defaultStreamOf({ stream, intents }: ModuleDefaults, intent?: string): string | undefined {
  const own = intent === undefined ? undefined : intents?.get(intent)?.stream
  // An empty name in an intent means that the intent has no default stream.
  return own === undefined ? stream : own === '' ? undefined : own
}

/**
 * Returns the default profiles of a stream, for the intent if the caller names one that has its own. Undefined
 * means that the document does not mention the stream; an empty list means no profiles
 * (`modulemd_defaults_v1_get_default_profiles_for_stream`).
 */
export function defaultProfilesOf(
  { profiles, intents }: ModuleDefaults,
  stream: string,
  intent?: string,
): string[] | undefined {
  const own = intent === undefined ? undefined : intents?.get(intent)?.profiles?.get(stream)
  return own ?? profiles.get(stream)
}
