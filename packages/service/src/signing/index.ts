/**
 * Signers of packages and of the metadata of repositories: gpg with a folder of keys, or a program of the operator.
 * Secret keys stay with the signer; the database has the public keys and knows which key is active. The service
 * verifies each signature before any client gets it. This room does not decide what is signed, and no build has access
 * to a key.
 */
export { currentKey, listKeys, rotateKey } from './keys.ts'
export type { KnownKey } from './keys.ts'
export { openSigner } from './open-signer.ts'
export type { Signer, SigningKey } from './signer.ts'
export { signingRoutes } from './routes.ts'
