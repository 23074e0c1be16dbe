import type { ModulemdDocument } from '../documents.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { readHeader } from './header.ts'
import { kindNameOf } from './kind-names.ts'
import { readContent } from './kinds.ts'
import type { FaultList } from './report.ts'

/** A document, and the offset at which it begins. */
export interface LocatedDocument {
  document: ModulemdDocument
  /** Of the kind `modulemd-packager`, which in version 2 makes a stream. */
  isPackagers: boolean
  at: number
  /** What stands under `data`. */
  data: YamlNode
}

/**
 * The good documents of a text, one at a time; faults of all others go to the list. Where libmodulemd gives
 * up on the whole text (bad YAML, an unknown kind, a repeated header) no later document is returned, but its
 * faults are.
 */
export function* readDocuments(text: string, list: FaultList): Generator<LocatedDocument> {
  let hasEnded = false
  for (const { root, faults } of parseYaml(text)) {
    const before = list.faults.length
    for (const fault of faults) list.add({ path: '', ...fault })
    const result = root === undefined ? undefined : readHeader(root, list)
    const document = result?.header === undefined ? undefined : readContent(result.header)
    hasEnded ||= result?.isFatal ?? true
    const isGood = document !== undefined && !hasEnded && list.faults.length === before
    if (isGood && root !== undefined && result?.header !== undefined) {
      const { kind, data } = result.header
      const isPackagers = kindNameOf(kind) === 'modulemd-packager'
      yield { document, isPackagers, at: root.at, data: data.node }
    }
    if (list.isFull) break
  }
}
