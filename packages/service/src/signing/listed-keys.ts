/** A primary key in gpg's list for programs (doc/DETAILS, "Format of the --list-keys --with-colons"). */
export interface ListedKey {
  isSecret: boolean
  /** Upper case. */
  fingerprint: string
  /** 16 digits, upper case. */
  keyId: string
  /** Whether this key itself can sign, not only one of its subkeys. */
  canSign: boolean
  /** The fault in words; undefined if the key can be used. */
  fault: string | undefined
  userIds: string[]
}

const faults: Readonly<Record<string, string>> = {
  i: 'is invalid',
  d: 'is disabled',
  r: 'is revoked',
  e: 'has expired',
}

/** Returns the primary keys in the output of `gpg --with-colons`. */
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
        // Lower-case letters are the abilities of this key itself; capitals are those of the key with its subkeys.
        canSign: (fields[11] ?? '').includes('s'),
        fault: faults[validity],
        userIds: [],
      })
    // The first fingerprint counts; the following ones are of subkeys.
    if (kind === 'fpr' && last?.fingerprint === '') last.fingerprint = fields[9] ?? ''
    if (kind === 'uid') last?.userIds.push(unescapeField(fields[9] ?? ''))
  }
  return keys
}

/** Decodes a field: gpg writes characters that would break a list as `\xHH`, except bytes of UTF-8. */
function unescapeField(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  )
}

/**
 * Returns the keys that match a fingerprint or key id (spaces and `0x` do not matter), otherwise a whole user id,
 * otherwise a part of a user id.
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
