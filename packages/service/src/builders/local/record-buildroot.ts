import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { excerpt, UserError } from '../../errors.ts'
import { writeFileAtomically } from '../../files.ts'
import { machineFault, runConfined, wasKilled } from '../../sandbox/index.ts'
import { userOf } from './attempt.ts'
import { digestOfPlainFile, isFolder } from './safe-files.ts'
import { layers, type RunningAttempt } from './steps.ts'

/** rpm takes a second or two for thousands of packages. */
const askMsMax = 2 * 60_000

const triesMax = 3

/** The inputs of a component's build: enough to repeat the build, and to tell two builds apart. */
export interface BuildrootRecord {
  /** NEVRAs of the packages that were installed when it was built. */
  packages: string[]
  /** URL and commit of its sources; null if they do not come from dist-git. */
  source: string | null
  sources: { name: string; sha256: string }[]
  /** Every macro of the build root that has a body of one line or more, as rpm prints them. */
  macros: Record<string, string>
}

/**
 * Records the installed packages of the build root, the sources and the macros.
 *
 * @throws UserError (422) when rpm fails: it worked before the component's packages were installed; InfraError when the
 *   machine is at fault
 */
export async function recordBuildroot(
  attempt: RunningAttempt,
  { source, sources }: Pick<BuildrootRecord, 'source' | 'sources'>,
): Promise<void> {
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
    sources,
    macros: readMacros(await ask(attempt, ['rpm', '--showrc'])),
  }
  await writeFileAtomically(attempt.files.buildroot, JSON.stringify(record))
}

async function ask(attempt: RunningAttempt, command: readonly string[]): Promise<string> {
  const ask = () =>
    runConfined(userOf(attempt.request), { root: layers(attempt), identity: 'builder' }, command, {
      timeoutMs: askMsMax,
    })
  let result = await ask()
  // The machine may be slow or short of memory. The component is compiled, and to ask again costs little.
  for (let tries = 1; wasKilled(result) && tries < triesMax; tries++) result = await ask()
  const fault = result.code === 0 ? undefined : await machineFault(attempt.files.work, result)
  if (fault !== undefined) throw fault
  if (result.code !== 0)
    throw new UserError(
      422,
      `${attempt.request.package}: ${command[0] ?? ''} cannot list the packages of its build root: ${excerpt(result.exceeded ?? result.stderr)}`,
    )
  return result.stdout
}

/** Returns the sources in rpm's top folder. It must run before any code of the component that could change them. */
export async function recordSources({ work }: RunningAttempt): Promise<BuildrootRecord['sources']> {
  const sources = []
  for (const name of ['SOURCES', 'SPECS']) sources.push(...(await sourcesOf(path.join(work.build, name))))
  return sources
}

/** Returns the regular files of one folder. */
async function sourcesOf(folder: string): Promise<BuildrootRecord['sources']> {
  if (!(await isFolder(folder))) return []
  const names = (await readdir(folder, { withFileTypes: true })).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  )
  const sources = []
  // Reads one file at a time, because they may be many, and of any size.
  for (const name of names.sort())
    sources.push({ name, sha256: await digestOfPlainFile(path.join(folder, name)) })
  return sources
}

/** Reads the macros of `rpm --showrc`: a level, then `:` or `=`, the name with its options, a tab and the body. */
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
