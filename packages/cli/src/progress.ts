import colors from 'picocolors'
import type { ComponentBuild, ModuleBuild } from './api.ts'

/**
 * Returns whether a build makes no further progress by itself. Checks hold back a build that is in `done` with
 * a reason.
 */
export function hasEnded(build: ModuleBuild): boolean {
  if (build.stopped_by !== null) return true
  return (
    ['failed', 'ready', 'garbage'].includes(build.state_name) ||
    (build.scratch && build.state_name === 'done') ||
    (build.state_name === 'done' && build.state_reason !== null)
  )
}

export function hasSucceeded(build: ModuleBuild): boolean {
  return build.state_name === 'ready' || (build.scratch && build.state_name === 'done')
}

export function titleOf(build: ModuleBuild): string {
  return `${build.name}:${build.stream}:${build.version}:${build.context}`
}

/** Describes a build in a few lines: its state, its batches with their components, and the reasons for waiting. */
export function describeBuild(build: ModuleBuild, now: Date): string[] {
  const elapsed = seconds(build.time_submitted, build.time_completed ?? now.toISOString())
  const lines = [`${colors.bold(titleOf(build))}  build ${build.id}  ${stateName(build)}  ${elapsed}`]
  const batches = [...new Set(build.components.map(({ batch }) => batch))]
  for (const batch of batches) {
    lines.push(`  batch ${batch}`)
    for (const component of build.components.filter((one) => one.batch === batch))
      lines.push(`    ${describeComponent(component, now)}`)
  }
  if (build.state_reason !== null) lines.push(`  ${build.state_reason}`)
  if (build.stopped_by !== null) lines.push(colors.red(`  ${build.stopped_by}`))
  for (const { sentence, since } of build.waiting_for)
    lines.push(colors.dim(`  waiting for ${sentence} (${seconds(since, now.toISOString())})`))
  return lines
}

/** Returns the changes between two requests, one line each, for pipes and logs. */
export function changes(before: ModuleBuild | undefined, after: ModuleBuild, now: Date): string[] {
  const lines = []
  if (before?.state_name !== after.state_name || before.state_reason !== after.state_reason) {
    const elapsed = seconds(after.time_submitted, after.time_completed ?? now.toISOString())
    lines.push(
      `${titleOf(after)} is ${after.state_name} after ${elapsed}${after.state_reason === null ? '' : `: ${after.state_reason}`}`,
    )
  }
  for (const component of after.components) {
    const earlier = before?.components.find(({ id }) => id === component.id)
    if (earlier?.state_name !== component.state_name && component.state_name !== null)
      lines.push(`  batch ${component.batch}: ${describeComponent(component, now)}`)
  }
  if (after.stopped_by !== null) lines.push(`  ${after.stopped_by}`)
  for (const { sentence } of after.waiting_for)
    if (before?.waiting_for.some((wait) => wait.sentence === sentence) !== true)
      lines.push(`  waiting for ${sentence}`)
  return lines
}

const marks: Readonly<Record<NonNullable<ComponentBuild['state_name']>, string>> = {
  BUILDING: colors.cyan('builds'),
  COMPLETE: colors.green('complete'),
  FAILED: colors.red('failed'),
  CANCELED: colors.yellow('canceled'),
}

function describeComponent(component: ComponentBuild, now: Date): string {
  const { state_name, time_started, time_completed, state_reason, nvr } = component
  const state = state_name === null ? colors.dim('not started') : marks[state_name]
  const elapsed =
    time_started === null ? '' : `  ${seconds(time_started, time_completed ?? now.toISOString())}`
  const detail = state_name === 'COMPLETE' ? nvr : state_reason
  const attempt = component.attempt > 1 ? `  attempt ${component.attempt}` : ''
  return `${component.package.padEnd(24)} ${state}${elapsed}${attempt}${detail === null ? '' : `  ${detail}`}`
}

function stateName(build: ModuleBuild): string {
  if (build.state_name === 'ready') return colors.green('ready')
  return build.state_name === 'failed' ? colors.red('failed') : colors.cyan(build.state_name)
}

function seconds(from: string, to: string): string {
  return duration(Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000))
}

/** Formats seconds for people. */
export function duration(elapsed: number): string {
  return elapsed < 60
    ? `${elapsed.toFixed(1)} s`
    : `${Math.floor(elapsed / 60)} min ${Math.round(elapsed % 60)} s`
}
