/**
 * Files by the SHA-256 of their content: packages, logs, documents. A room puts a file and refers to it by a foreign
 * key to `artifacts`; the file stays for as long as the reference does. The store keeps each content once, however
 * often rooms put it. The collector removes unreferenced files. The store does not know the purpose of a file, and
 * never changes a file.
 */
export { Artifacts } from './artifacts.ts'
export type { ArtifactParts } from './artifacts.ts'
export { collectArtifacts } from './collect.ts'
export type { Content } from './content.ts'
export { FolderStore } from './folder-store.ts'
export { HttpStore } from './http-store.ts'
export { MemoryStore } from './memory-store.ts'
export type { ArtifactStore, Received, StoredFile } from './store.ts'
export { sweepArtifacts } from './sweep.ts'
export { verifyArtifacts } from './verify.ts'
export type { ArtifactFault } from './verify.ts'
