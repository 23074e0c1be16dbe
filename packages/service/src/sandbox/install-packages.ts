import { excerpt } from '../errors.ts'
import type { Confinement } from './confine.ts'
import { runConfined, type BuildUser, type RunResult } from './run-confined.ts'

const stderrLengthMax = 1000

/** Of installations by users without limits. */
const minutesMaxDefault = 30

/** How long an installation may take. */
export function installationMs({ limits }: BuildUser): number {
  return (limits?.installMinutesMax ?? minutesMaxDefault) * 60_000
}

/** Installs packages into a root with rpm, by their paths in there; it says of each that it begins. */
export async function installPackages(
  user: BuildUser,
  confinement: Confinement,
  packages: readonly string[],
  log?: string,
): Promise<RunResult> {
  return runConfined(user, confinement, ['rpm', '-Uv', '--oldpackage', '--', ...packages], {
    timeoutMs: installationMs(user),
    ...(log === undefined ? {} : { log }),
  })
}

/**
 * Why an installation failed, for a sentence. One that was killed has most likely been kept by a scriptlet, and of what
 * rpm or dnf last told to do.
 */
export function faultOfInstallation(
  { exceeded, timedOut, stdout, stderr }: RunResult,
  user: BuildUser,
): string {
  // What decided stands last, behind what scriptlets had to say.
  if (exceeded === null && !timedOut) return excerpt(stderr.slice(-stderrLengthMax))
  const what =
    exceeded ?? `took more than ${installationMs(user) / 60_000} minutes (builder.installMinutesMax)`
  const last = stdout.trim().split('\n').at(-1) ?? ''
  return `a scriptlet of its packages ${what}; the last that was told is "${excerpt(last, 200)}"`
}
