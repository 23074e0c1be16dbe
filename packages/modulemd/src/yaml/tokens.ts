/** The kinds of tokens, named after those of libyaml. */
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
  /** Offsets of the beginning and the end of the token, in UTF-16 units. */
  at: number
  end: number
  /** The value of a scalar, the name of an alias, the handle of a tag or of its directive, a version. */
  text: string
}
