/** A primary key in gpg's list for programs (doc/DETAILS, "Format of the --list-keys --with-colons"). */
export interface ListedKey {
  isSecret: boolean
  /** Upper case. */
  fingerprint: string
  /** 16 digits, upper case. */
  keyId: string
  /** Can this key sign, not only one below it? */
  canSign: boolean
  /** In words, undefined while it can be used. */
  fault: string | undefined
  userIds: string[]
}

const faults: Readonly<Record<string, string>> = {
  i: 'is invalid',
  d: 'is disabled',
  r: 'is revoked',
  e: 'has expired',
}

/** The primary keys of what `gpg --with-colons` prints. */
export function parseListedKeys(text: string): ListedKey[] {
  const keys: ListedKey[] = []
  for (const line of text.split('\n')) {
    const fields = line.split(':')
    const [kind = '', validity = ''] = fields
    const last = keys.at(-1)
    if (kind === 'pub' || kind === 'sec')
      keys.push({
        isSecret: kind === 'sec',
        fingerprint: '',
        keyId: fields[4] ?? '',
        // Lower case letters are what this key can, capitals what the whole of it can.
        canSign: (fields[11] ?? '').includes('s'),
        fault: faults[validity],
        userIds: [],
      })
    // The first one; what follows is of keys below it.
    if (kind === 'fpr' && last?.fingerprint === '') last.fingerprint = fields[9] ?? ''
    if (kind === 'uid') last?.userIds.push(unescapeField(fields[9] ?? ''))
  }
  return keys
}

/** gpg writes what would disturb a list as `\xHH`, bytes of UTF-8 excepted. */
function unescapeField(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  )
}

/**
 * The keys that are meant: by a fingerprint or key id (spaces and `0x` do not matter), by a whole user id, or by a
 * part of one where none is the whole.
 */
export function keysMeant(keys: readonly ListedKey[], wanted: string): ListedKey[] {
  const digits = wanted.replaceAll(' ', '').replace(/^0x/i, '').toUpperCase()
  if (/^(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{40}|[0-9A-F]{64})$/.test(digits)) {
    const named = keys.filter((key) => key.fingerprint === digits || key.keyId.endsWith(digits))
    if (named.length > 0) return named
  }
  const whole = keys.filter((key) => key.userIds.includes(wanted))
  if (whole.length > 0) return whole
  const part = wanted.toLowerCase()
  return keys.filter((key) => key.userIds.some((id) => id.toLowerCase().includes(part)))
}
