import { excerpt } from '../errors.ts'
import type { Confinement } from './confine.ts'
import { runConfined, type BuildUser, type RunResult } from './run-confined.ts'

const stderrLengthMax = 1000

/** Time limit of installations by users without limits. */
const minutesMaxDefault = 30

/** Returns the time limit of an installation. */
export function installationMs({ limits }: BuildUser): number {
  return (limits?.installMinutesMax ?? minutesMaxDefault) * 60_000
}

/**
 * Installs packages into a root with rpm, by their paths in that root. rpm prints each package's name when it begins.
 */
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
 * Returns why an installation failed, for a sentence. If it was killed, the cause is most likely a scriptlet, so the
 * text includes the last message of rpm or dnf.
 */
export function faultOfInstallation(
  { exceeded, timedOut, stdout, stderr }: RunResult,
  user: BuildUser,
): string {
  // The decisive message stands last, after the output of scriptlets.
  if (exceeded === null && !timedOut) return excerpt(stderr.slice(-stderrLengthMax))
  const what =
    exceeded ?? `took more than ${installationMs(user) / 60_000} minutes (builder.installMinutesMax)`
  const last = stdout.trim().split('\n').at(-1) ?? ''
  return `a scriptlet of its packages ${what}; the last message is "${excerpt(last, 200)}"`
}
