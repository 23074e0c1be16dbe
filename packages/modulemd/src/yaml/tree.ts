import type { Complaint } from '../problem.ts'

/**
 * The part of YAML that modulemd uses: texts, lists and maps. Texts have no types. Maps keep repeated keys.
 * Every node has its offset in the user's text, in UTF-16 units.
 */
export type YamlNode = YamlText | YamlList | YamlMap | YamlUnreadable

export interface YamlText {
  kind: 'text'
  text: string
  at: number
  /** The offset behind its last character, including quotes. */
  end: number
}

export interface YamlList {
  kind: 'list'
  items: YamlNode[]
  at: number
}

export interface YamlMap {
  kind: 'map'
  entries: YamlEntry[]
  at: number
}

export interface YamlEntry {
  key: string
  keyAt: number
  value: YamlNode
}

/** Replaces a value that was already refused, so that it is not refused again for another reason. */
export interface YamlUnreadable {
  kind: 'unreadable'
  at: number
}

/** A fault of the YAML itself. */
export interface YamlFault extends Complaint {
  at: number
  /** The keys that lead to the fault, when it is within a document. */
  path?: string
}

/** One document of a stream. A document that could not be parsed has no root; its faults give the reason. */
export interface YamlDocument {
  root: YamlNode | undefined
  faults: YamlFault[]
}
