/** The query of a request, without what was not asked for. */
export function queryOf(options: Readonly<Record<string, string | boolean | undefined>>): string {
  const entries = Object.entries(options).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  )
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`
}
