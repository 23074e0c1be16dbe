/** The Fastify app: one JSON form for errors, the rooms' routes, and repositories as static files. */
export { apiError, contentOf, listOf, moment, nothing, orNull } from './answers.ts'
export { createApp } from './app.ts'
export { formParts, wholePart } from './form-parts.ts'
export { callerOf } from './gate.ts'
export {
  listMeta,
  offsetOf,
  pageMeta,
  pageOf,
  pageOfAll,
  pageQuery,
  pagesOf,
  publicUrl,
  type Page,
  type Query,
} from './paging.ts'
export { plainText, rowId } from './parameters.ts'
