import type { ModulemdDocument } from '../documents.ts'
import type { Header } from './header.ts'
import { TRANSLATIONS, kindNameOf } from './kind-names.ts'
import { type Place, refuse } from './place.ts'
import { readModuleDefaults } from './read-module-defaults.ts'
import { readModuleObsoletes } from './read-module-obsoletes.ts'
import { readModuleStream, readModuleStreamV1 } from './read-module-stream.ts'
import { readModuleTranslations } from './read-module-translations.ts'
import { readModulePackager, readPackagerStream } from './read-packager.ts'

/** The reader of each kind and version of document. */
const KINDS = new Map<string, ReadonlyMap<bigint, (data: Place) => ModulemdDocument>>([
  [
    'modulemd',
    new Map<bigint, (data: Place) => ModulemdDocument>([
      [1n, readModuleStreamV1],
      [2n, readModuleStream],
    ]),
  ],
  [
    'modulemd-packager',
    new Map<bigint, (data: Place) => ModulemdDocument>([
      [2n, readPackagerStream],
      [3n, readModulePackager],
    ]),
  ],
  ['modulemd-defaults', new Map([[1n, readModuleDefaults]])],
  ['modulemd-obsoletes', new Map([[1n, readModuleObsoletes]])],
])

/** Reads the content of a document by its kind and version. Returns undefined when the version does not exist. */
export function readContent({ kind, version, data }: Header): ModulemdDocument | undefined {
  const name = kindNameOf(kind)
  if (name === TRANSLATIONS && version > 0n) return readModuleTranslations(data, version)
  const versions = KINDS.get(name)
  const read = versions?.get(version)
  if (read !== undefined) return read(data)
  refuseVersion(kind, version, versions === undefined ? [1n] : [...versions.keys()])
  return undefined
}

function refuseVersion(kind: Place, version: bigint, known: readonly bigint[]): void {
  const name = kindNameOf(kind)
  refuse(kind, {
    code: 'unknown-version',
    message: `there is no version ${version.toString()} of ${name}`,
    remedy: `known versions are ${known.join(' and ')}`,
  })
}
