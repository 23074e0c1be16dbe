/** The identity of one RPM. The epoch of a package without one is 0: rpm treats both alike. */
export interface Nevra {
  name: string
  epoch: number
  version: string
  release: string
  arch: string
}

/** An error about a text that is not a NEVRA. The message repeats the text and names the fault. */
export class NevraError extends Error {
  readonly text: string

  constructor(text: string, fault: string) {
    super(`${JSON.stringify(text)} is not a NEVRA (name-epoch:version-release.arch): ${fault}`)
    this.name = 'NevraError'
    this.text = text
  }
}

/** rpm stores the epoch in an unsigned 32-bit tag. */
const EPOCH_MAX = 0xffffffff

// rpm forbids these characters in every part. They would be dangerous in a file name made of a NEVRA.
const FORBIDDEN = /[\s/\u0000-\u001f\u007f]/u

/**
 * Reads `name-epoch:version-release.arch` or `name-version-release.arch` (epoch 0), with or without `.rpm`. The
 * parts are found from the right, because only a name may contain dashes.
 *
 * @throws {NevraError} that names the text and the fault
 */
export function parseNevra(text: string): Nevra {
  if (FORBIDDEN.test(text)) throw new NevraError(text, 'it contains a blank, a slash or a control character')
  const [nvr, arch] = cutAtLast(text.endsWith('.rpm') ? text.slice(0, -4) : text, '.')
  if (!arch) throw new NevraError(text, 'the architecture is missing')
  const [nameAndVersion, release] = cutAtLast(nvr, '-')
  if (!release) throw new NevraError(text, 'the release is missing')
  const [name, epochAndVersion] = cutAtLast(nameAndVersion, '-')
  if (!epochAndVersion) throw new NevraError(text, 'the version is missing')
  if (!name) throw new NevraError(text, 'the name is missing')
  const [epoch, version] = cutAtLast(epochAndVersion, ':')
  if (version === '') throw new NevraError(text, 'the version is missing')
  if (version === undefined) return { name, epoch: 0, version: epochAndVersion, release, arch }
  return { name, epoch: parseEpoch(text, epoch), version, release, arch }
}

/** Writes a NEVRA with its epoch, even 0: the form of modulemd artifacts. */
export function formatNevra({ name, epoch, version, release, arch }: Nevra): string {
  return `${name}-${epoch}:${version}-${release}.${arch}`
}

/** Writes a NEVRA without its epoch: the stem of an RPM's usual file name. */
export function formatNvra({ name, version, release, arch }: Omit<Nevra, 'epoch'>): string {
  return `${name}-${version}-${release}.${arch}`
}

/** Writes name, version and release, the name of a build in build systems. */
export function formatNvr({ name, version, release }: Pick<Nevra, 'name' | 'version' | 'release'>): string {
  return `${name}-${version}-${release}`
}

/**
 * Returns the text before and after the last separator. The second part is undefined when there is no
 * separator.
 */
function cutAtLast(text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.lastIndexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function parseEpoch(text: string, epoch: string): number {
  if (!/^\d+$/.test(epoch)) throw new NevraError(text, 'the epoch before the colon is not a number')
  if (Number(epoch) > EPOCH_MAX) throw new NevraError(text, `the epoch is above ${EPOCH_MAX}`)
  return Number(epoch)
}
