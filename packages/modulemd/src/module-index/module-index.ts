import { isDeepStrictEqual } from 'node:util'
import { compareBytes } from '../byte-order.ts'
import type { ModulemdDocument } from '../documents.ts'
import type { ModuleDefaults } from '../module-defaults.ts'
import type { ModuleObsoletes } from '../module-obsoletes.ts'
import type { ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import type { ModuleTranslations } from '../module-translations.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { nsvca } from '../nsvc.ts'
import { present } from '../present.ts'
import type { Complaint } from '../problem.ts'
import { quote } from '../quote.ts'
import { upgradeStream } from '../upgrade/upgrade-stream.ts'
import { writeModulemd } from '../write/write-modulemd.ts'
import { type StreamPattern, matchesStream } from './stream-pattern.ts'
import { StreamSet } from './stream-set.ts'

/** All documents of one module in an index. */
export interface IndexedModule {
  /** In the order of their addition. */
  streams: (ModuleStream | ModuleStreamV1)[]
  defaults?: ModuleDefaults
  /** In the order of their addition. */
  obsoletes: ModuleObsoletes[]
  /** By stream. */
  translations: Map<string, ModuleTranslations>
}

/** The same for the index, which finds each document without a search. */
interface Entry extends Pick<IndexedModule, 'defaults' | 'translations'> {
  streams: StreamSet
  /** By stream, context and minute. */
  obsoletes: Map<string, ModuleObsoletes>
}

/**
 * Limit of comparisons with streams whose names have wildcards, in pairs of characters. No known module has such
 * a name, and a hostile text may have a hundred thousand of them.
 */
const WILDCARD_STEPS_MAX = 100_000_000

/**
 * A collection of documents, as in a repository, by the rules of libmodulemd's `ModuleIndex`. All streams have
 * one version: the first stream of version 2 or the first obsoletes document upgrades all streams.
 */
export class ModuleIndex {
  private readonly entries = new Map<string, Entry>()
  private isUpgraded = false
  private wildcardSteps = 0

  /** Modules by name, in byte order. */
  get modules(): ReadonlyMap<string, IndexedModule> {
    const modules = [...this.entries].map(([name, entry]) => [name, moduleOf(entry)] as const)
    return new Map(modules.sort(([a], [b]) => compareBytes(a, b)))
  }

  /** Returns the documents of a module. */
  module(name: string): IndexedModule | undefined {
    const entry = this.entries.get(name)
    return entry === undefined ? undefined : moduleOf(entry)
  }

  /**
   * Adds a document. A stream must have its names. It must not be ambiguous with another stream, unless the two
   * are equal. Defaults and translations replace earlier ones.
   *
   * @throws {ModulemdError} when the document conflicts with the others; the index is then unchanged
   */
  add(document: ModulemdDocument): void {
    const complaint = this.offer(document)
    if (complaint !== undefined) {
      throw new ModulemdError([{ ...complaint, line: 0, column: 0, path: 'data' }])
    }
  }

  /** Adds a document, or returns the reason why the index refuses it. */
  offer(document: ModulemdDocument): Complaint | undefined {
    switch (document.kind) {
      case 'modulemd':
      case 'modulemd-v1':
        return this.offerStream(document)
      case 'modulemd-packager':
        return NO_PACKAGERS
      case 'modulemd-defaults':
        this.entry(document.module).defaults = document
        return undefined
      case 'modulemd-obsoletes':
        this.addObsoletes(document)
        return undefined
      case 'modulemd-translations':
        this.entry(document.module).translations.set(document.stream, document)
        return undefined
    }
  }

  /** Adds a module to the index, even if the index has no document of it. */
  addModule(name: string): void {
    this.entry(name)
  }

  /** Upgrades all streams to version 2, including streams that are added later. */
  upgrade(): void {
    if (this.isUpgraded) return
    this.isUpgraded = true
    for (const { streams } of this.entries.values()) streams.upgrade()
  }

  /**
   * Returns the streams that match a pattern, by module. Within a module, the order is by stream, version
   * (newest first), context and architecture.
   */
  search(pattern: StreamPattern): (ModuleStream | ModuleStreamV1)[] {
    return [...this.modules.values()].flatMap(({ streams }) =>
      streams.filter((stream) => matchesStream(stream, pattern)).sort(compareStreams),
    )
  }

  /** All documents, in the order in which they are written. */
  get documents(): ModulemdDocument[] {
    return [...this.modules.values()].flatMap(({ defaults, obsoletes, translations, streams }) => [
      ...(defaults === undefined ? [] : [defaults]),
      ...obsoletes,
      ...translations.values(),
      ...streams,
    ])
  }

  /** Writes all documents, as `writeModulemd` does. */
  write(): string {
    return writeModulemd(this.documents)
  }

  private entry(name: string): Entry {
    const known = this.entries.get(name)
    if (known !== undefined) return known
    const entry: Entry = { streams: new StreamSet(), obsoletes: new Map(), translations: new Map() }
    this.entries.set(name, entry)
    return entry
  }

  private offerStream(document: ModuleStream | ModuleStreamV1): Complaint | undefined {
    const { name, stream: streamName } = document
    if (name === undefined || streamName === undefined) return NAMELESS
    const { streams } = this.entry(name)
    // A part that the new stream leaves open matches every other stream.
    const { version, context, arch } = document
    const pattern = {
      stream: streamName,
      ...present('version', version?.toString()),
      ...present('context', context),
      ...present('arch', arch),
    }
    this.wildcardSteps += streams.costOf(pattern)
    if (this.wildcardSteps > WILDCARD_STEPS_MAX) return TOO_MANY_WILDCARDS
    const [match, another] = streams.matching(pattern)
    if (another !== undefined) return ambiguous(document)
    // Streams of different document versions are never equal, even with equal content.
    if (match !== undefined && !isDeepStrictEqual(match, document)) return different(document)
    if (match !== undefined) streams.delete(match)
    if (document.kind === 'modulemd') this.upgrade()
    streams.add(this.isUpgraded ? upgradeStream(document) : document)
    return undefined
  }

  /** A document replaces another document of the same stream, context and minute. */
  private addObsoletes(document: ModuleObsoletes): void {
    this.upgrade()
    const { obsoletes } = this.entry(document.module)
    const key = JSON.stringify([document.stream, document.context, document.modified])
    // The new one comes last, not in the place of the old one.
    obsoletes.delete(key)
    obsoletes.set(key, document)
  }
}

function moduleOf({ streams, obsoletes, defaults, translations }: Entry): IndexedModule {
  return {
    streams: streams.all,
    ...present('defaults', defaults),
    obsoletes: [...obsoletes.values()],
    translations,
  }
}

/** The complaint about packager documents, which an index cannot hold. */
export const NO_PACKAGERS: Complaint = {
  code: 'unknown-kind',
  message: 'a packager document cannot be part of an index',
  remedy: 'make streams of it first',
}

const TOO_MANY_WILDCARDS: Complaint = {
  code: 'limit',
  message:
    'too many names of streams have a wildcard (* ? [ or a backslash), and each is compared with all others',
  remedy: 'name streams without these characters',
}

const NAMELESS: Complaint = {
  code: 'missing',
  message: 'a stream needs the names of its module and of itself to stand beside others',
  remedy: 'add name and stream',
}

function ambiguous(stream: ModuleStream | ModuleStreamV1): Complaint {
  return {
    code: 'conflict',
    message: `${quote(nsvca(stream))} may be any of several streams that came before`,
    remedy: 'give it a version, a context and an architecture',
  }
}

function different(stream: ModuleStream | ModuleStreamV1): Complaint {
  return {
    code: 'conflict',
    message: `${quote(nsvca(stream))} came before with other content`,
    remedy: 'keep one of them, or give this one another version, context or architecture',
  }
}

function compareStreams(a: ModuleStream | ModuleStreamV1, b: ModuleStream | ModuleStreamV1): number {
  return (
    compareBytes(a.stream ?? '', b.stream ?? '') ||
    Number((b.version ?? 0n) - (a.version ?? 0n)) ||
    compareBytes(a.context ?? '', b.context ?? '') ||
    compareBytes(a.arch ?? '', b.arch ?? '')
  )
}
