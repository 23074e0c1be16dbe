import type { StreamContent } from './module-stream.ts'
import { quote } from './quote.ts'

/** The name of one build of a stream. Version and context are optional. */
export interface Nsvc {
  name: string
  stream: string
  version?: bigint
  context?: string
}

/** An NSVC with the architecture of a published document. */
export interface Nsvca extends Nsvc {
  arch?: string
}

const UINT64_MAX = 2n ** 64n - 1n

/** A text `name:stream:version:context`. The context, or version and context, may be absent. */
const NSVC = /^([^:\s]+):([^:\s]+)(?::(\d{1,20})(?::([^:\s]+))?)?$/

const NSVCA_FORM = 'an NSVCA (name:stream[:version[:context[:arch]]], where parts may be empty)'

/** An error about a text that is not an NSVC in the required form. The message repeats the text. */
export class NsvcError extends Error {
  readonly text: string

  constructor(text: string, form = 'an NSVC (name:stream[:version[:context]])') {
    super(`${quote(text)} is not ${form}`)
    this.name = 'NsvcError'
    this.text = text
  }
}

/**
 * Writes `name:stream:version:context`. An absent version is written as 0. An absent context is left out.
 *
 * @throws {TypeError} for a stream that lacks its name or its stream name, because it has no identity yet
 */
export function nsvc(stream: Pick<StreamContent, 'name' | 'stream' | 'version' | 'context'>): string {
  const { name, stream: streamName, version = 0n, context } = stream
  if (name === undefined || streamName === undefined) {
    throw new TypeError('a module stream without a name has no NSVC')
  }
  const parts = [name, streamName, version.toString()]
  return (context === undefined ? parts : [...parts, context]).join(':')
}

/** Reads the output of `nsvc`, and shorter forms of it. Throws an {@link NsvcError} that names the text. */
export function parseNsvc(text: string): Nsvc {
  const [, name, stream, version, context] = NSVC.exec(text) ?? []
  if (name === undefined || stream === undefined) throw new NsvcError(text)
  if (version !== undefined && BigInt(version) > UINT64_MAX) throw new NsvcError(text)
  return {
    name,
    stream,
    ...(version === undefined ? {} : { version: BigInt(version) }),
    ...(context === undefined ? {} : { context }),
  }
}

/**
 * Reads `name:stream:version:context:arch`. An open part is empty, and colons at the end may be missing. This
 * is the inverse of libmodulemd's NSVCA, in which a version of 0 is also open. Throws an {@link NsvcError} that
 * names the text.
 */
export function parseNsvca(text: string): Nsvca {
  const [name = '', stream = '', version = '', context = '', arch = '', ...rest] = text.split(':')
  if (rest.length > 0 || /\s/.test(text)) throw new NsvcError(text, NSVCA_FORM)
  if (name === '' || stream === '' || !/^\d{0,20}$/.test(version)) throw new NsvcError(text, NSVCA_FORM)
  if (BigInt(version) > UINT64_MAX) throw new NsvcError(text, NSVCA_FORM)
  return {
    name,
    stream,
    ...(version === '' ? {} : { version: BigInt(version) }),
    ...(context === '' ? {} : { context }),
    ...(arch === '' ? {} : { arch }),
  }
}

/** Returns the sort key of documents: all five parts, open parts empty, without colons at the end. */
export function nsvca({ name, stream, version, context, arch }: StreamContent): string {
  const parts = [name, stream, version ? version.toString() : '', context, arch]
  const whole = parts.map((part) => part ?? '').join(':')
  let end = whole.length
  // The pattern /:+$/ would look at each run of colons once for each of its colons.
  while (whole[end - 1] === ':') end--
  return whole.slice(0, end)
}
