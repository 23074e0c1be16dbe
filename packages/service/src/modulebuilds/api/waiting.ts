import type { EffectRow, WaitRow } from '../../jobs/index.ts'

/** What a build waits for, in a sentence for people. */
export interface WaitingFor {
  sentence: string
  since: string
}

/** What is being done while an effect of a kind is not done yet. */
const sentences: Readonly<Record<string, string>> = {
  prepare: 'dist-git: the module is fetched and its refs are looked up',
  'register-tag': 'a fresh tag',
  'connect-buildroot': 'the build root: tags, groups, base root',
  'start-component': 'a component to be started',
  'cancel-component': 'a component to be stopped',
  'survey-component': 'what a component needs of the others in its batch',
  'offer-component': 'the tagging of a component that others of its batch need',
  'tag-batch': 'the tagging of a batch',
  regenerate: 'the repository of the module',
  finalize: 'the final document',
  check: 'a check',
  'tag-module': 'the tagging of the module',
}

/** Waits and effects that are under way; one that failed before says which attempt is next, and why. */
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

/** The sentence about an effect that a bug has parked: the build goes on only when an operator helps. */
export function stoppedByBug(effects: readonly EffectRow[]): string | null {
  const parked = effects.find(({ state }) => state === 'parked')
  return parked === undefined
    ? null
    : `stopped by a bug (effect ${parked.id}, ${parked.kind}): ${parked.error ?? ''}`
}
