/** The Fastify app: one JSON form for errors, the rooms' routes, and repositories served as files. */
export { createApp } from './app.ts'
export { plainText, rowId } from './parameters.ts'
