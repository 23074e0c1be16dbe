import type { ModulemdDocument } from '../documents.ts'
import { quote } from '../quote.ts'
import type { Header } from './header.ts'
import { type Place, refuse } from './place.ts'
import { readModuleDefaults } from './read-module-defaults.ts'
import { readModuleStream } from './read-module-stream.ts'
import { nearestTo } from './suggest.ts'

/** The kinds of documents that are read, each in one version. */
const KINDS: readonly {
  names: readonly string[]
  version: bigint
  read: (data: Place) => ModulemdDocument
}[] = [
  // The second name is an alias that is read and never written.
  { names: ['modulemd', 'modulemd-stream'], version: 2n, read: readModuleStream },
  { names: ['modulemd-defaults'], version: 1n, read: readModuleDefaults },
]

/** Kinds that are part of the family and not read here; libmodulemd goes on behind them, and so do we. */
const OTHER_KINDS: readonly string[] = ['modulemd-packager', 'modulemd-obsoletes', 'modulemd-translations']

const KNOWN = KINDS.map(({ names, version }) => `${names[0] ?? ''} version ${version.toString()}`).join(
  ' and ',
)

/** Reads the content of a document by its kind. */
export function readContent({ kind, version, data }: Header): {
  document?: ModulemdDocument
  isFatal: boolean
} {
  const name = kind.node.kind === 'text' ? kind.node.text : ''
  const known = KINDS.filter(({ names }) => names.includes(name))
  const match = known.find((candidate) => candidate.version === version)
  if (match !== undefined) return { document: match.read(data), isFatal: false }
  const isFamily = known.length > 0 || OTHER_KINDS.includes(name)
  if (isFamily) refuse(kind, `${name} version ${version.toString()} is not read, only ${KNOWN}`)
  else refuseUnknownKind(kind, name)
  return { isFatal: !isFamily }
}

function refuseUnknownKind(kind: Place, name: string): void {
  const near = nearestTo(name, [...KINDS.flatMap(({ names }) => names), ...OTHER_KINDS])
  const remedy = near === undefined ? undefined : `did you mean ${near}?`
  refuse(kind, `there is no document of kind ${quote(name)}, read are ${KNOWN}`, remedy)
}
