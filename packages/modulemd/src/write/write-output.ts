import { analyze } from './analyze.ts'
import { LineWriter } from './line-writer.ts'
import type { Output, OutputList, OutputMap, OutputText } from './output.ts'
import { writeDoubleQuoted } from './write-double-quoted.ts'
import { writeFolded, writePlain, writeSingleQuoted } from './write-scalars.ts'

/** The position of a node. A text has fewer styles as a key or within a flow list. */
type Context = 'root' | 'value' | 'item' | 'key' | 'flow'

/** A longer key is written in its explicit form, with a question mark. */
const KEY_BYTES_MAX = 128

/**
 * Writes one document with its markers, in the layout of libyaml's emitter for libmodulemd: two blanks of
 * indentation, list items in the column of their key, line breaks at the first blank behind column 80.
 */
export function writeDocument(root: Output): string {
  const writer = new LineWriter()
  writer.mark('---', true)
  writeNode(writer, root, 'root')
  writer.startLine()
  writer.mark('...', true)
  writer.startLine()
  return writer.text()
}

function writeNode(writer: LineWriter, node: Output, context: Context): void {
  if (node.kind === 'text') writer.indented(1, () => writeText(writer, node, context))
  else if (node.kind === 'map') writeMap(writer, node)
  else if (node.isFlow || node.items.length === 0) writeFlowList(writer, node)
  else writeBlockList(writer, node, context)
}

function writeMap(writer: LineWriter, { entries }: OutputMap): void {
  if (entries.length === 0) {
    writer.mark('{', true, { isBlank: true })
    writer.mark('}', false)
    return
  }
  writer.indented(writer.indent < 0 ? 0 : 1, () => {
    for (const [key, value] of entries) {
      writer.startLine()
      if (isSimpleKey(key.text)) {
        writeNode(writer, key, 'key')
        writer.mark(':', false)
      } else {
        writer.mark('?', true, { isIndent: true })
        writeNode(writer, key, 'value')
        writer.startLine()
        writer.mark(':', true, { isIndent: true })
      }
      writeNode(writer, value, 'value')
    }
  })
}

function writeBlockList(writer: LineWriter, { items }: OutputList, context: Context): void {
  // Items below a key begin in the column of the key. Items behind a mark are indented further.
  const isInColumn = context === 'value' && !writer.isAtIndent
  writer.indented(isInColumn || writer.indent < 0 ? 0 : 1, () => {
    for (const item of items) {
      writer.startLine()
      writer.mark('-', true, { isIndent: true })
      writeNode(writer, item, 'item')
    }
  })
}

function writeFlowList(writer: LineWriter, { items }: OutputList): void {
  writer.mark('[', true, { isBlank: true })
  writer.indented(1, () => {
    for (const [i, item] of items.entries()) {
      if (i > 0) writer.mark(',', false)
      if (writer.column > 80) writer.startLine()
      writeNode(writer, item, 'flow')
    }
  })
  writer.mark(']', false)
}

/**
 * Writes a text in its style if possible. A plain text may fall back to single quotes and then to double
 * quotes, a folded text to double quotes.
 */
function writeText(writer: LineWriter, { text, style }: OutputText, context: Context): void {
  const analysis = analyze(text)
  const mayBreak = context !== 'key'
  const canBePlain = context === 'flow' ? analysis.canBePlainInFlow : analysis.canBePlain
  const isEmptyKey = context === 'key' && text === ''
  if (style === 'folded' && analysis.canBeBlock) writeFolded(writer, text)
  else if (style === 'plain' && canBePlain && !isEmptyKey) writePlain(writer, text, mayBreak)
  else if (style === 'plain' && analysis.canBeSingleQuoted) writeSingleQuoted(writer, text, mayBreak)
  else writeDoubleQuoted(writer, text, mayBreak)
}

function isSimpleKey(text: string): boolean {
  return !analyze(text).isMultiline && Buffer.byteLength(text) <= KEY_BYTES_MAX
}
