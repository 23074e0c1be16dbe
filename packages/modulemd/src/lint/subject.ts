import type { ModulemdDocument } from '../documents.ts'
import type { ModulePackager } from '../module-packager.ts'
import type { BuildOptions, ModuleStream, ModuleStreamV1 } from '../module-stream.ts'
import { present } from '../present.ts'
import { upgradeStream } from '../upgrade/upgrade-stream.ts'
import type { LintPolicy } from './policy.ts'

/** What a component's spec says, from whoever has read it. */
export interface SpecFacts {
  /** Names of what is required to build it. */
  buildRequires: readonly string[]
  /** Names of the packages that are built of it. */
  packages: readonly string[]
}

/** What a rule may know beside the document. */
export interface LintContext {
  policy: LintPolicy
  /** The day on which is judged, `YYYY-MM-DD`. */
  today: string
  /** By component. */
  specs: ReadonlyMap<string, SpecFacts>
}

/** Requirements, and the keys below `data` where they stand. */
export interface Alternative {
  path: readonly string[]
  buildrequires: ReadonlyMap<string, readonly string[]>
  requires: ReadonlyMap<string, readonly string[]>
}

/** What streams and packagers' documents of all versions have in common, as rules see it. */
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

/** A document as rules see it; undefined for those about other documents. */
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
