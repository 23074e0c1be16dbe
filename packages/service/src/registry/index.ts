/**
 * Names in the hub that only one module build has: tags, which are new for each module build and are never given twice,
 * and names of builds.
 */
export { handOverModuleName, takeModuleName, type ModuleName } from './module-names.ts'
export {
  handOverTags,
  makeTags,
  registeredTags,
  reserveTags,
  tagName,
  type RegisteredTags,
} from './register.ts'
