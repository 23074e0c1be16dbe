import { shortened } from './quote.ts'

/** Returns the path of keys, such as `data.components.rpms`. It is for people, so long keys are shortened. */
export function pathOf(keys: readonly string[]): string {
  return keys.map(shortened).join('.')
}

/** Appends one key to a path. */
export function joinPath(path: string, key: string): string {
  return path === '' ? shortened(key) : `${path}.${shortened(key)}`
}
