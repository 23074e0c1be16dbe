/**
 * Puts characters on lines and remembers where it is. The two marks are those of libyaml's emitter: whether
 * the last character counts as a blank, and whether nothing but indentation stands on the line.
 */
export class LineWriter {
  column = 0
  indent = -1
  isAfterBlank = true
  isAtIndent = true
  private readonly chunks: string[] = []

  /** Writes text without line breaks. Columns are characters; those above U+FFFF are always escaped. */
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

  /** Goes to the indentation, on a new line unless this one has nothing else. */
  startLine(): void {
    const indent = Math.max(this.indent, 0)
    const isPast = this.column > indent || (this.column === indent && !this.isAfterBlank)
    if (!this.isAtIndent || isPast) this.break()
    this.put(' '.repeat(Math.max(indent - this.column, 0)))
    this.isAfterBlank = true
    this.isAtIndent = true
  }

  /** Writes a mark of YAML's, with a blank before it where one is needed. */
  mark(mark: string, needsBlank: boolean, options: { isBlank?: boolean; isIndent?: boolean } = {}): void {
    const wasAtIndent = this.isAtIndent
    this.put(needsBlank && !this.isAfterBlank ? ` ${mark}` : mark)
    this.isAfterBlank = options.isBlank ?? false
    this.isAtIndent = wasAtIndent && (options.isIndent ?? false)
  }

  /** Does something with a deeper indentation. */
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
