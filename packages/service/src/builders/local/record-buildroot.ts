import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { InfraError } from '../../errors.ts'
import { writeFileAtomically } from '../../files.ts'
import { runConfined } from '../../sandbox/index.ts'
import { layers, type RunningAttempt } from './steps.ts'

/** What a component was built from and in: enough to build it again, and to tell two builds apart. */
export interface BuildrootRecord {
  /** What was installed when it was built, by NEVRA. */
  packages: string[]
  /** Where its sources came from; null where they were made. */
  source: string | null
  sources: { name: string; sha256: string }[]
  /** Every macro of the build root that has a body of one line or more, as rpm itself shows them. */
  macros: Record<string, string>
}

/**
 * Records what is installed in the build root now, the sources and the macros.
 *
 * @throws InfraError when rpm cannot be asked
 */
export async function recordBuildroot(attempt: RunningAttempt, source: string | null): Promise<void> {
  const packages = await ask(attempt, [
    'rpm',
    '-qa',
    '--qf',
    '%{NAME}-%|EPOCH?{%{EPOCH}}:{0}|:%{VERSION}-%{RELEASE}.%{ARCH}\\n',
  ])
  const record: BuildrootRecord = {
    packages: packages
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
    source,
    sources: (
      await Promise.all(['SOURCES', 'SPECS'].map((name) => sourcesOf(path.join(attempt.work.build, name))))
    ).flat(),
    macros: readMacros(await ask(attempt, ['rpm', '--showrc'])),
  }
  await writeFileAtomically(attempt.files.buildroot, JSON.stringify(record))
}

async function ask(attempt: RunningAttempt, command: readonly string[]): Promise<string> {
  const user = { uid: attempt.request.buildUserUid ?? undefined }
  const result = await runConfined(user, { root: layers(attempt), identity: 'builder', binds: [] }, command)
  if (result.code !== 0)
    throw new InfraError(
      'build root',
      `${command[0] ?? ''} cannot tell what is in it: ${result.stderr.trim()}`,
    )
  return result.stdout
}

/** The files of one folder; what a build has made of them, or of it, meanwhile is not followed. */
async function sourcesOf(folder: string): Promise<BuildrootRecord['sources']> {
  if ((await lstat(folder).catch(() => undefined))?.isDirectory() !== true) return []
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile())
  const sources = entries.map(async ({ name }) => {
    const content = await readFile(path.join(folder, name))
    return { name, sha256: createHash('sha256').update(content).digest('hex') }
  })
  return (await Promise.all(sources)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The macros of `rpm --showrc`: a level, then `:` or `=`, the name with its options, a tab and the body. */
export function readMacros(text: string): Record<string, string> {
  const macros = new Map<string, string>()
  let current: string | undefined
  for (const line of text.split('\n')) {
    const [, name, body] = /^ *-?\d+[:=] ([A-Za-z_][A-Za-z0-9_]*(?:\([^)\t]*\))?)\t(.*)$/.exec(line) ?? []
    if (name !== undefined && body !== undefined) {
      macros.set(name, body)
      current = name
    } else if (/^={10}/.test(line) || /^ *-?\d+[:=] /.test(line)) current = undefined
    else if (current !== undefined) macros.set(current, `${macros.get(current) ?? ''}\n${line}`)
  }
  return Object.fromEntries([...macros].sort(([a], [b]) => (a < b ? -1 : 1)))
}
