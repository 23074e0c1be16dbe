import type { ModulemdDocument } from '../documents.ts'
import type { ModulePackager } from '../module-packager.ts'
import type { BuildOptions, ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import { present } from '../present.ts'
import { upgradeStream } from '../upgrade/upgrade-stream.ts'
import type { LintPolicy } from './policy.ts'

/** Facts from a component's spec, supplied by the caller. */
export interface SpecFacts {
  /** Names of the build requirements. */
  buildRequires: readonly string[]
  /** Names of the packages that the spec builds. */
  packages: readonly string[]
}

/** Input of a rule besides the document. */
export interface LintContext {
  policy: LintPolicy
  /** The date that the rules use as today, `YYYY-MM-DD`. */
  today: string
  /** Facts by component. */
  specs: ReadonlyMap<string, SpecFacts>
}

/** Requirements, and the keys below `data` that lead to them. */
export interface Alternative {
  path: readonly string[]
  buildrequires: ReadonlyMap<string, readonly string[]>
  requires: ReadonlyMap<string, readonly string[]>
}

/** The common part of streams and packager documents of all versions, as rules use it. */
export interface Subject extends Pick<
  ModuleStream,
  | 'references'
  | 'profiles'
  | 'api'
  | 'filter'
  | 'demodularized'
  | 'components'
  | 'artifacts'
  | 'serviceLevels'
> {
  name?: string
  stream?: string
  version?: bigint
  context?: string
  arch?: string
  summary?: string
  description?: string
  licenses: { path: readonly string[]; texts: readonly string[] }[]
  alternatives: Alternative[]
  buildopts: { path: readonly string[]; options: BuildOptions }[]
}

/** Returns a document in the form that rules use, or undefined for a document that describes no stream. */
export function subjectOf(document: ModulemdDocument): Subject | undefined {
  switch (document.kind) {
    case 'modulemd':
    case 'modulemd-v1':
      return streamSubject(document)
    case 'modulemd-packager':
      return packagerSubject(document)
    default:
      return undefined
  }
}

function streamSubject(document: ModuleStream | ModuleStreamV1): Subject {
  const stream = upgradeStream(document)
  const isOld = document.kind === 'modulemd-v1'
  const { license, buildopts, dependencies } = stream
  return {
    ...stream,
    licenses: [
      { path: ['license', 'module'], texts: license.module },
      { path: ['license', 'content'], texts: license.content },
    ],
    alternatives: dependencies.map((alternative, i) => ({
      ...alternative,
      path: isOld ? ['dependencies'] : ['dependencies', String(i)],
    })),
    buildopts: buildopts === undefined ? [] : [{ path: ['buildopts'], options: buildopts }],
  }
}

function packagerSubject(packager: ModulePackager): Subject {
  const { license, configurations, ...content } = packager
  const pathOf = (i: number) => ['configurations', String(i)]
  return {
    ...content,
    ...present('summary', packager.summary),
    licenses: [{ path: ['license'], texts: license }],
    alternatives: configurations.map(({ buildrequires, requires }, i) => ({
      path: pathOf(i),
      buildrequires: inLists(buildrequires),
      requires: inLists(requires),
    })),
    buildopts: configurations.flatMap(({ buildopts }, i) =>
      buildopts === undefined ? [] : [{ path: [...pathOf(i), 'buildopts'], options: buildopts }],
    ),
    artifacts: [],
    serviceLevels: new Map(),
  }
}

function inLists(streams: ReadonlyMap<string, string>): Map<string, string[]> {
  return new Map([...streams].map(([module, stream]) => [module, [stream]]))
}
