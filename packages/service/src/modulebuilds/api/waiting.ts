import type { EffectRow, WaitRow } from '../../jobs/index.ts'

/** A reason for waiting, as a sentence for people. */
export interface WaitingFor {
  sentence: string
  since: string
}

/** The reason for waiting, by the kind of an effect that is not done yet. */
const sentences: Readonly<Record<string, string>> = {
  prepare: 'dist-git: the module is fetched and its refs are looked up',
  'register-tag': 'a fresh tag',
  'connect-buildroot': 'the build root: tags, groups, base root',
  'start-component': 'a component to be started',
  'collect-component': 'the results of a component',
  'cancel-component': 'a component to be stopped',
  'survey-component': 'components of the batch that this component needs',
  'offer-component': 'the tagging of a component that others of its batch need',
  'tag-batch': 'the tagging of a batch',
  regenerate: 'the repository of the module',
  finalize: 'the final document',
  check: 'a check',
  'tag-module': 'the tagging of the module',
  'clean-up': 'the deletion of its tags',
}

/**
 * Lists the waits and the queued effects of a build. For an effect that failed before, the sentence names the next
 * attempt and the error.
 */
export function waitingFor(waits: readonly WaitRow[], effects: readonly EffectRow[]): WaitingFor[] {
  const queued = effects.filter(({ state }) => state === 'queued')
  return [
    ...waits.map(({ sentence, since }) => ({ sentence, since: since.toISOString() })),
    ...queued.map(({ kind, payload, error, created_at }) => {
      const what = kind === 'check' ? `the check "${String(payload['check'])}"` : (sentences[kind] ?? kind)
      return {
        sentence: error === null ? what : `${what}; ${error}`,
        since: created_at.toISOString(),
      }
    }),
  ]
}

/** Returns the sentence about an effect that a bug has parked. Such a build continues only after an operator helps. */
export function stoppedByBug(effects: readonly EffectRow[]): string | null {
  const parked = effects.find(({ state }) => state === 'parked')
  return parked === undefined
    ? null
    : `stopped by a bug (effect ${parked.id}, ${parked.kind}): ${parked.error ?? ''}`
}
