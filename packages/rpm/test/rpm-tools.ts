import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** True when the real tools are installed. Tests that need them as an oracle are otherwise skipped by name. */
export const hasRpmbuild = spawnSync('rpmbuild', ['--version']).status === 0
export const hasRpm = spawnSync('rpm', ['--version']).status === 0

/**
 * Builds a spec with the installed rpmbuild and returns the paths of all RPMs that it wrote, including the
 * source package.
 */
export function buildRpms(folder: string, spec: string, defines: Record<string, string> = {}): string[] {
  mkdirSync(join(folder, 'SOURCES'), { recursive: true })
  const specFile = join(folder, 'package.spec')
  writeFileSync(specFile, spec)
  const all = { _topdir: folder, ...defines }
  const options = Object.entries(all).flatMap(([name, value]) => ['--define', `${name} ${value}`])
  execFileSync('rpmbuild', ['-ba', '--nodeps', ...options, specFile], { stdio: 'pipe' })
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rpm'))
    .map((path) => join(folder, path))
    .sort()
}

/** Queries a package with an rpm query format; one line per value. */
export function queryRpm(file: string, format: string): string {
  return execFileSync('rpm', ['-qp', '--nosignature', '--qf', format, file], {
    encoding: 'utf8',
    stdio: 'pipe',
  })
}

/** Compares many pairs of `[epoch:]version[-release]` with rpm's own function in one call. */
export function rpmVercmp(pairs: readonly (readonly [string, string])[]): number[] {
  const calls = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}").."\\n")`).join(' ')
  const answer = execFileSync('rpm', ['--eval', `%{lua:${calls}}`], { encoding: 'utf8' })
  return answer.trim().split(/\s+/).map(Number)
}
