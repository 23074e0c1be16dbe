/** A fresh tag for each module build: names are upstream's, reserved in the database, and never given twice. */
export { registerTags, registeredTags, tagName } from './register.ts'
