/** Returns the URL with another database's name. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url.replace('@/', '@localhost/'))
  changed.pathname = `/${name}`
  return url.includes('@/') ? changed.href.replace('@localhost/', '@/') : changed.href
}
