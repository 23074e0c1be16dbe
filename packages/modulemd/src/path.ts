/** One key more on the way to a value, such as `data.components.rpms`. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
