/** An error for a text that is not YAML, or exceeds a limit: the fault, its place and its correction. */
export class YamlError extends Error {
  /** The offset in UTF-16 units. */
  readonly at: number
  readonly remedy: string
  readonly code: 'syntax' | 'limit'

  constructor(message: string, at: number, remedy: string, code: 'syntax' | 'limit' = 'syntax') {
    super(code === 'limit' ? message : `this is not YAML: ${message}`)
    this.name = 'YamlError'
    this.at = at
    this.remedy = remedy
    this.code = code
  }
}
