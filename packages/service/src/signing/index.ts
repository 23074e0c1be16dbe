/**
 * Who signs packages and the metadata of repositories: gpg with a folder of keys, or a program of the operator's.
 * Secret keys stay with the signer; the database knows the public ones, and which of them is active. What was signed
 * is verified before anybody gets it. Nothing in here decides what is signed, and no build comes near a key.
 */
export { currentKey, listKeys, rotateKey } from './keys.ts'
export type { KnownKey } from './keys.ts'
export { openSigner } from './open-signer.ts'
export type { Signer, SigningKey } from './signer.ts'
export { signingRoutes } from './routes.ts'
