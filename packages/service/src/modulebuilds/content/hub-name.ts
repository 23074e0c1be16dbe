interface Named {
  name: string
  stream: string
  version: string
  context: string
}

/** A stream as the version of a build: a dash would part it from the release (upstream's rule). */
export function hubStream(stream: string): string {
  return stream.replaceAll('-', '_')
}

/** A module's name-version-release in the hub: name, stream with `_` for `-`, `version.context` (upstream's). */
export function moduleNvr({ name, stream, version, context }: Named): string {
  return `${name}-${hubStream(stream)}-${version}.${context}`
}
