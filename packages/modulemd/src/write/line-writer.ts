/**
 * Writes characters on lines and tracks its position. It has the two flags of libyaml's emitter: whether the
 * last character counts as a blank, and whether the line has only indentation so far.
 */
export class LineWriter {
  column = 0
  indent = -1
  isAfterBlank = true
  isAtIndent = true
  private readonly chunks: string[] = []

  /**
   * Writes text without line breaks. Columns count UTF-16 units, which are characters here: characters above
   * U+FFFF are always escaped.
   */
  put(text: string): void {
    this.chunks.push(text)
    this.column += text.length
    this.isAtIndent = false
  }

  break(count = 1): void {
    this.chunks.push('\n'.repeat(count))
    this.column = 0
    this.isAtIndent = true
  }

  /** Moves to the indentation. It begins a new line unless the current line has only indentation. */
  startLine(): void {
    const indent = Math.max(this.indent, 0)
    const isPast = this.column > indent || (this.column === indent && !this.isAfterBlank)
    if (!this.isAtIndent || isPast) this.break()
    this.put(' '.repeat(Math.max(indent - this.column, 0)))
    this.isAfterBlank = true
    this.isAtIndent = true
  }

  /** Writes a YAML mark, with a blank before it where one is needed. */
  mark(mark: string, needsBlank: boolean, options: { isBlank?: boolean; isIndent?: boolean } = {}): void {
    const wasAtIndent = this.isAtIndent
    this.put(needsBlank && !this.isAfterBlank ? ` ${mark}` : mark)
    this.isAfterBlank = options.isBlank ?? false
    this.isAtIndent = wasAtIndent && (options.isIndent ?? false)
  }

  /** Runs a function with a deeper indentation. */
  indented(levels: 0 | 1, act: () => void): void {
    const outer = this.indent
    this.indent = outer < 0 ? 2 * levels : outer + 2 * levels
    act()
    this.indent = outer
  }

  text(): string {
    return this.chunks.join('')
  }
}
