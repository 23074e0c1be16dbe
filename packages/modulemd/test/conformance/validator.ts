import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reader } from './case.ts'

/** True when libmodulemd's validator is installed. */
export const hasValidator = spawnSync('modulemd-validator', ['--version']).error === undefined

const OPTIONS: Readonly<Record<Reader, readonly string[]>> = {
  index: [],
  single: ['--type', 'modulemd-v2'],
  'packager-v2': ['--type', 'modulemd-packager-v2'],
  'packager-v3': ['--type', 'modulemd-packager-v3'],
}

/** Returns for each text whether libmodulemd's validator accepts it. One process checks all texts. */
export function validate(texts: readonly string[], reader: Reader): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'mbs-modulemd-'))
  try {
    const files = texts.map((text, i) => {
      const file = join(folder, `${i}.yaml`)
      writeFileSync(file, text)
      return file
    })
    const { signal, stdout } = spawnSync('modulemd-validator', [...OPTIONS[reader], ...files], {
      encoding: 'utf8',
    })
    if (signal !== null) throw new Error(`modulemd-validator ended by ${signal}`)
    const lines = new Set(stdout.split('\n'))
    return files.map((file) => lines.has(`${file} validated successfully`))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
