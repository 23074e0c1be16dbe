/** The public data of a key; the secret part stays with its {@link Signer}. */
export interface SigningKey {
  /** The last eight digits of the key id, in lower case: Koji's "sigkey". */
  id: string
  /** The fingerprint of the primary key, hexadecimal, in upper case. */
  fingerprint: string
  /** The armored public key. */
  publicKey: string
}

/** The holder of the secret keys. Every signer verifies its signatures before it returns. */
export interface Signer {
  /**
   * Signs RPMs in place, so the caller passes copies. The new signature replaces that of another key. Signing the same
   * file twice is allowed.
   *
   * @param files absolute paths, without a percent sign (which begins a macro of rpm)
   * @throws InfraError when signing fails; some of the files may be signed then
   */
  signPackages(key: SigningKey, files: readonly string[]): Promise<void>
  /**
   * Writes the armored signature of a file beside it, as `FILE.asc`, and overwrites an older one.
   *
   * @param file an absolute path, without a percent sign
   * @throws InfraError when signing fails
   */
  signDetached(key: SigningKey, file: string): Promise<void>
  /**
   * Makes a key; undefined if this signer cannot make keys.
   *
   * @param name the owner in the key's user id, for people
   */
  makeKey?(name: string): Promise<SigningKey>
  /**
   * @param wanted a fingerprint, a key id or a user id
   * @throws UserError that contains `wanted`, when no key or more than one key matches
   */
  findKey(wanted: string): Promise<SigningKey>
  /** Ends the background processes of the signer. */
  close(): Promise<void>
}
