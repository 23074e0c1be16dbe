/** The Fastify app: one JSON form for errors, the rooms' routes, and repositories served as files. */
export { createApp } from './app.ts'
export { formParts, wholePart } from './form-parts.ts'
export { callerOf } from './gate.ts'
export { pageMeta, pageOf, publicUrl, type Page, type Query } from './paging.ts'
export { plainText, rowId } from './parameters.ts'
