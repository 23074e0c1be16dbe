import { open } from 'node:fs/promises'
import type { PlannedRpm } from './types.ts'

async function perlScript(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => undefined)
  if (handle === undefined) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0)
    return /^#!.*perl/.test(buffer.subarray(0, bytesRead).toString('latin1'))
  } finally {
    await handle.close()
  }
}

/** Returns the files of an RPM that the perl generators examine: modules, and scripts in folders of commands. */
export async function perlFiles(rpm: PlannedRpm): Promise<{ modules: string[]; scripts: string[] }> {
  const paths = rpm.files.filter((file) => !file.dir).map((file) => file.path)
  const commands = paths.filter((path) => /^\/usr\/(?:bin|sbin|lib\/rpm)\//.test(path))
  const found = await Promise.all(commands.map(perlScript))
  return {
    modules: paths.filter((path) => path.endsWith('.pm')),
    scripts: commands.filter((_, at) => found[at] === true),
  }
}

const lines = (text: string) => [...new Set(text.split('\n').filter((line) => line !== ''))].sort()

/**
 * Adds the results of the perl generators. A requirement stays only if an RPM of the platform provides it, because a
 * script may name a module that it uses only if present. Requirements have no versions, because the host's own packages
 * fit together. The requirement of perl itself, which the generator writes with an epoch, is omitted too.
 */
export function withPerl(
  rpms: PlannedRpm[],
  found: ReadonlyMap<string, { provides: string; requires: string }>,
): { rpms: PlannedRpm[]; dropped: string[] } {
  const provided = new Set(
    [...found.values()].flatMap(({ provides }) => lines(provides)).map((line) => line.replace(/ .*$/, '')),
  )
  const dropped = new Set<string>()
  const all = rpms.map((rpm) => {
    const own = found.get(rpm.name)
    if (own === undefined) return rpm
    const needs = new Set(lines(own.requires).map((line) => line.replace(/ .*$/, '')))
    needs.delete('perl')
    for (const need of needs) if (!provided.has(need)) dropped.add(need)
    return {
      ...rpm,
      provides: [...rpm.provides, ...lines(own.provides)],
      requires: [...rpm.requires, ...[...needs].filter((need) => provided.has(need)).sort()],
    }
  })
  return { rpms: all, dropped: [...dropped].sort() }
}
