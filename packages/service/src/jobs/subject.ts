/** The object of turns, effects and waits: one module build or one compose. Its text form is the key of its turn. */
export interface Subject {
  kind: string
  id: number
}

export function subjectKey(subject: Subject): string {
  return `${subject.kind}:${subject.id}`
}

/** Reverses {@link subjectKey}. The text comes from the service itself, so any other format is a bug. */
export function parseSubject(key: string): Subject {
  const [kind, id] = key.split(':')
  if (kind === undefined || !/^\d+$/.test(id ?? '')) throw new Error(`no subject: ${key}`)
  return { kind, id: Number(id) }
}

/** Returns the fields by which a log line names its subject: `module_build: 7`. */
export function logFields({ kind, id }: Subject): Record<string, number> {
  return { [kind.replaceAll('-', '_')]: id }
}
