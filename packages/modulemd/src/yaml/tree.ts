import type { Complaint } from '../problem.ts'

/**
 * YAML as modulemd knows it: texts, lists and maps, nothing else. Texts have no types, maps keep repeated
 * keys, and every node knows where it stands in the user's text (an offset in UTF-16 units).
 */
export type YamlNode = YamlText | YamlList | YamlMap | YamlUnreadable

export interface YamlText {
  kind: 'text'
  text: string
  at: number
  /** Behind its last character, quotes included. */
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

/** Stands for what was refused already, so that nobody refuses it a second time for another reason. */
export interface YamlUnreadable {
  kind: 'unreadable'
  at: number
}

/** Something wrong with the YAML itself. */
export interface YamlFault extends Complaint {
  at: number
  /** The keys that lead there, where it is within a document. */
  path?: string
}

/** One document of a stream. Without a root it could not be parsed; the faults say why. */
export interface YamlDocument {
  root: YamlNode | undefined
  faults: YamlFault[]
}
