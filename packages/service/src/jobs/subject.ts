/** What turns, effects and waits are about: one module build, one compose. Its text form is the key of its turn. */
export interface Subject {
  kind: string
  id: number
}

export function subjectKey(subject: Subject): string {
  return `${subject.kind}:${subject.id}`
}

/** Reverses {@link subjectKey}; the text is our own, so anything else is a bug. */
export function parseSubject(key: string): Subject {
  const [kind, id] = key.split(':')
  if (kind === undefined || !/^\d+$/.test(id ?? '')) throw new Error(`no subject: ${key}`)
  return { kind, id: Number(id) }
}
