/**
 * Files by the SHA-256 of their content: packages, logs, documents. A room puts a file, refers to it by a foreign key
 * to `artifacts`, and has it for as long as it does; one content is there once, whoever has put it how often. What
 * nobody refers to is collected. It never knows what a file is for, and never changes one.
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
