/** What is to be written: texts with the style they ask for, maps in their order, lists. */
export type Output = OutputText | OutputMap | OutputList

export interface OutputText {
  kind: 'text'
  text: string
  /** What is asked for; a text that the style cannot carry gets another one. */
  style: 'plain' | 'double' | 'folded'
  /** What it is to programs that read JSON; a text, unless it is given. */
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
