interface Named {
  name: string
  stream: string
  version: string
  context: string
}

/**
 * Returns a stream as the version of a build. A dash would separate the version from the release, so it becomes `_`
 * (upstream's rule).
 */
export function hubStream(stream: string): string {
  return stream.replaceAll('-', '_')
}

/**
 * Returns a module's name-version-release in the hub: name, stream with `_` for `-`, `version.context` (upstream's
 * rule).
 */
export function moduleNvr({ name, stream, version, context }: Named): string {
  return `${name}-${hubStream(stream)}-${version}.${context}`
}
