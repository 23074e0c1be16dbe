import type { LineWriter } from './line-writer.ts'

/** The writer breaks a line at the first blank behind this column. */
const WIDTH = 80

/** Writes a text without quotes. The text has no line breaks. */
export function writePlain(writer: LineWriter, text: string, mayBreak: boolean): void {
  if (!writer.isAfterBlank && text !== '') writer.put(' ')
  writeWords(writer, text, mayBreak ? atSingleBlank : nowhere)
  writer.isAfterBlank = false
}

/**
 * Writes a text in single quotes. The reader turns a single line break into a blank, so the first break of each
 * run is doubled.
 */
export function writeSingleQuoted(writer: LineWriter, text: string, mayBreak: boolean): void {
  writer.mark("'", true)
  for (const [i, run] of text.replaceAll("'", "''").split(/(\n+)/).entries()) {
    if (run.startsWith('\n')) {
      writer.break(run.length + 1)
    } else if (run !== '') {
      if (i > 0) writer.startLine()
      writeWords(writer, run, mayBreak ? atSingleBlank : nowhere)
    }
  }
  if (text.endsWith('\n')) writer.startLine()
  writer.mark("'", false)
  writer.isAtIndent = false
}

/**
 * Writes a text as a folded block. libyaml also folds a line that begins with a blank. This function does not,
 * because a reader would see two lines.
 */
export function writeFolded(writer: LineWriter, text: string): void {
  writer.mark('>', true)
  if (/^[ \n]/.test(text)) writer.mark('2', false)
  if (!text.endsWith('\n')) writer.mark('-', false)
  else if (text === '\n' || text.endsWith('\n\n')) writer.mark('+', false)
  writer.break()
  writer.isAfterBlank = true
  const lines = text.split('\n')
  for (const [i, line] of lines.entries()) {
    if (line !== '') {
      writer.startLine()
      writeWords(writer, line, line.startsWith(' ') ? nowhere : atLastBlank)
    }
    if (i === lines.length - 1) continue
    writer.break(needsSecondBreak(lines, i) ? 2 : 1)
  }
}

/**
 * Between two lines that do not begin with a blank, a reader folds a single break, so the break must be
 * doubled.
 */
function needsSecondBreak(lines: readonly string[], i: number): boolean {
  const line = lines[i] ?? ''
  if (line === '' || line.startsWith(' ')) return false
  let next = i + 1
  while (lines[next] === '') next++
  return next < lines.length && !lines[next]?.startsWith(' ')
}

/** Writes a text on one line. A line that is too long is broken where a blank allows it. */
function writeWords(
  writer: LineWriter,
  text: string,
  mayBreakAt: (text: string, blank: number) => boolean,
): void {
  let from = 0
  for (let blank = text.indexOf(' ', 1); blank !== -1; blank = text.indexOf(' ', blank + 1)) {
    if (writer.column + blank - from > WIDTH && mayBreakAt(text, blank)) {
      writer.put(text.slice(from, blank))
      writer.startLine()
      from = blank + 1
    }
  }
  writer.put(text.slice(from))
}

/** The reader drops blanks around a line break and at both ends of a text. */
function atSingleBlank(text: string, blank: number): boolean {
  return text[blank - 1] !== ' ' && text[blank + 1] !== ' ' && blank < text.length - 1
}

/** In a block, only blanks at the beginning of a line have another meaning. */
function atLastBlank(text: string, blank: number): boolean {
  return text[blank + 1] !== ' '
}

function nowhere(): boolean {
  return false
}
