/**
 * Returns an object with the property only when there is a value. An optional property is absent, never
 * undefined.
 */
export function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>)
}
