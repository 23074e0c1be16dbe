/** The kinds of tokens, after libyaml's. */
export type TokenKind =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

/** One word or mark of the text. */
export interface Token {
  kind: TokenKind
  /** Where it begins and where it ends, in UTF-16 units. */
  at: number
  end: number
  /** The value of a scalar, the name of an alias, the handle of a tag or of its directive, a version. */
  text: string
}
