/** The value to write: texts with their preferred style, maps in their order, lists. */
export type Output = OutputText | OutputMap | OutputList

export interface OutputText {
  kind: 'text'
  text: string
  /** The preferred style. A text that this style cannot represent gets another one. */
  style: 'plain' | 'double' | 'folded'
  /** The value for programs that read JSON; absent for a text. */
  value?: boolean | number
}

export interface OutputMap {
  kind: 'map'
  entries: (readonly [key: OutputText, value: Output])[]
}

export interface OutputList {
  kind: 'list'
  items: Output[]
  /** Written on one line, `[a, b]`. */
  isFlow: boolean
}
