import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import {
  type IndexLayer,
  ModulemdError,
  formatProblem,
  mergeIndexes,
  modulemdToJson,
  readIndex,
} from '@mbs/modulemd'
import type { GlobalOptions } from '../../global-options.ts'
import { readInput } from '../../modulemd-input.ts'

/** The priority of a system's own defaults, above those of all repositories (dnf). */
const OVERRIDE_PRIORITY = 1000

/** The compression of an output file, by the extension of its name. */
const PACKERS = new Map<string, (text: string) => Uint8Array>([
  ['.gz', (text) => gzipSync(text)],
  ['.zst', (text) => zstdCompressSync(Buffer.from(text))],
  ['.xz', (text) => execFileSync('xz', ['-c'], { input: text, maxBuffer: Infinity })],
  ['.bz2', (text) => execFileSync('bzip2', ['-c'], { input: text, maxBuffer: Infinity })],
])

/**
 * `mbs modulemd merge`: merges several files into one index, as package managers merge repositories. It prints
 * omitted documents on the error stream.
 */
export function modulemdMerge(
  global: GlobalOptions,
  files: readonly string[],
  options: { output: string; override?: string[]; strictDefaults: boolean },
): void {
  const layers = [
    ...files.map((file) => layerOf(file, 0)),
    ...(options.override ?? []).map((file) => layerOf(file, OVERRIDE_PRIORITY)),
  ]
  const { index, problems } = mergeIndexes(layers, { strictDefaultStreams: options.strictDefaults })
  for (const problem of problems) console.error(`mbs: left out: ${formatProblem(problem)}`)
  const text = global.json ? `${JSON.stringify(modulemdToJson(index.documents))}\n` : index.write()
  if (options.output === '-') process.stdout.write(text)
  else replaceFile(options.output, text)
}

function layerOf(file: string, priority: number): IndexLayer {
  const { index, problems } = readIndex(readInput(file), { strict: true })
  if (problems.length > 0) {
    throw new ModulemdError(
      problems.map((problem) => ({ ...problem, message: `${file}: ${problem.message}` })),
    )
  }
  return { index, priority }
}

/**
 * Replaces a file atomically: it has either its old content or all of its new content. The extension of its
 * name selects the compression.
 */
function replaceFile(file: string, text: string): void {
  const content = PACKERS.get(path.extname(file))?.(text) ?? text
  const next = `${file}.${process.pid}.new`
  try {
    writeFileSync(next, content)
    renameSync(next, file)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
}
