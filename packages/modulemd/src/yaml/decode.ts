import { ModulemdError } from '../modulemd-error.ts'

/**
 * Decodes the bytes of a file as UTF-8, unless a byte order mark indicates UTF-16. libyaml uses the same rule.
 *
 * @throws {ModulemdError} for bytes that are not text
 */
export function decodeModulemd(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new ModulemdError([
      {
        code: 'syntax',
        message: `this is not a text in ${encoding.toUpperCase()}`,
        remedy: 'save it in UTF-8, or decompress it first',
        line: 0,
        column: 0,
        path: '',
      },
    ])
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
