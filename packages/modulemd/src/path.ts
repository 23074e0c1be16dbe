/** Appends one key to a path such as `data.components.rpms`. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
