/** A key as everybody may know it: the secret part stays with its {@link Signer}. */
export interface SigningKey {
  /** The last eight digits of the key id, lower case: Koji's "sigkey". */
  id: string
  /** Of the primary key, hexadecimal, upper case. */
  fingerprint: string
  /** Armored. */
  publicKey: string
}

/** Whoever holds the secret keys. What it signs is checked before it is given back, whoever it was. */
export interface Signer {
  /**
   * Signs RPMs in place: the caller gives copies. A package that some other key has signed has this signature
   * afterwards and no other. It may be done twice.
   *
   * @param files absolute paths, without a percent sign (which begins a macro of rpm)
   * @throws InfraError when it did not work; some of the files may be signed then
   */
  signPackages(key: SigningKey, files: readonly string[]): Promise<void>
  /**
   * Writes the armored signature of a file beside it, as `FILE.asc`, over an older one.
   *
   * @param file an absolute path, without a percent sign
   * @throws InfraError when it did not work
   */
  signDetached(key: SigningKey, file: string): Promise<void>
  /**
   * Makes a key, where this signer can.
   *
   * @param name whose key it is, for people
   */
  makeKey?(name: string): Promise<SigningKey>
  /**
   * @param wanted a fingerprint, a key id or a user id
   * @throws UserError that names what was wanted, when there is no such key, or more than one
   */
  findKey(wanted: string): Promise<SigningKey>
  /** Ends what was started in the background. */
  close(): Promise<void>
}
