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
  /** The document has the kind `modulemd-packager`. Version 2 of this kind is read as a stream. */
  isPackagers: boolean
  at: number
  /** The value of `data`. */
  data: YamlNode
}

/**
 * Yields the valid documents of a text, one at a time, and adds the faults of all others to the list. Where
 * libmodulemd stops at a fault (bad YAML, an unknown kind, a repeated header), this function yields no later
 * document, but still lists the faults of later documents.
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
