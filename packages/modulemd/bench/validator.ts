// Our command beside libmodulemd's validator, side by side in one run: one file of two megabytes, and 500 small files.
// `npm run bench -- modulemd`. Needs modulemd-validator and GNU time.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const mbs = path.join(import.meta.dirname, '../../cli/bin/mbs')
const clean = readFileSync(path.join(import.meta.dirname, '../fixtures/clean.yaml'), 'utf8')
const rounds = 7

interface Call {
  milliseconds: number
  kilobytes: number
}

/** Wall time and memory of one process. */
function call(program: string, args: readonly string[]): Call {
  const began = process.hrtime.bigint()
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', program, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr.slice(-500)}`)
  return {
    milliseconds: Number(process.hrtime.bigint() - began) / 1e6,
    kilobytes: Number(stderr.trim().split('\n').at(-1)),
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

/** Both in turn, so that what else the machine does falls on both. */
function compare(what: string, ours: () => Call, theirs: () => Call): void {
  const calls = Array.from({ length: rounds }, () => ({ ours: ours(), theirs: theirs() }))
  const [our, their] = (['ours', 'theirs'] as const).map((side) => ({
    milliseconds: median(calls.map((pair) => pair[side].milliseconds)),
    kilobytes: median(calls.map((pair) => pair[side].kilobytes)),
  })) as [Call, Call]
  const ratio = (our.milliseconds / their.milliseconds).toFixed(2)
  const memory = (our.kilobytes / their.kilobytes).toFixed(1)
  console.log(
    `${what}: mbs ${our.milliseconds.toFixed(0)} ms, validator ${their.milliseconds.toFixed(0)} ms (${ratio} times); memory ${memory} times`,
  )
}

const folder = mkdtempSync(path.join(tmpdir(), 'mbs-bench-'))
try {
  const named = (i: number) => clean.replace('name: garden', `name: garden${i}`)
  const large = path.join(folder, 'large.yaml')
  writeFileSync(
    large,
    Array.from({ length: Math.ceil(2_000_000 / clean.length) }, (_, i) => named(i)).join(''),
  )
  const small = Array.from({ length: 500 }, (_, i) => {
    const file = path.join(folder, `${i}.yaml`)
    writeFileSync(file, named(i))
    return file
  })
  const ours = (files: readonly string[]) => () => call(mbs, ['modulemd', 'check', '--strict', ...files])
  const theirs = (files: readonly string[]) => () => call('modulemd-validator', files)
  const each = () => {
    const calls = small.map((file) => call('modulemd-validator', [file]))
    const milliseconds = calls.reduce((sum, one) => sum + one.milliseconds, 0)
    return { milliseconds, kilobytes: calls[0]?.kilobytes ?? 0 }
  }
  compare('one file of 2 MB', ours([large]), theirs([large]))
  compare('500 small files in one call', ours(small), theirs(small))
  compare('500 small files, and a call of the validator for each', ours(small), each)
} finally {
  rmSync(folder, { recursive: true })
}
