import { Api, type ModuleBuild } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { duration, titleOf } from '../../progress.ts'
import { report } from '../../report.ts'

/** `mbs build explain`: prints the decisions for a build with their reasons, and the differences from its plan. */
export async function buildExplain(global: GlobalOptions, id: number): Promise<void> {
  const build = await new Api(global.server, global.token).build(id)
  report(global.json, explain(build), () => linesOf(build))
}

function explain(build: ModuleBuild) {
  return {
    id: build.id,
    nsvc: titleOf(build),
    platform: build.platform,
    build_context: build.build_context,
    runtime_context: build.runtime_context,
    rebuild_strategy: build.rebuild_strategy,
    reused_module_id: build.reused_module_id,
    buildrequires: build.buildrequires,
    components: build.components.map((component) => ({
      package: component.package,
      batch: component.batch,
      reuse: component.reuse,
      included_from: component.included_from,
      built_after: component.built_after,
      expected_seconds: component.expected_seconds,
      expected_error: component.expected_error,
      seconds: secondsOf(component),
      departures: departuresOf(component),
    })),
  }
}

function linesOf(build: ModuleBuild): string[] {
  const lines = [`${titleOf(build)}  build ${build.id} is ${build.state_name}`]
  for (const [name, entry] of Object.entries(build.buildrequires)) {
    lines.push(`  built against ${name}:${entry.stream}:${entry.version}:${entry.context}`)
    const filtered = entry.filtered_rpms ?? []
    if (filtered.length > 0) lines.push(`    without its filtered packages: ${filtered.join(', ')}`)
  }
  lines.push(`  build context ${build.build_context ?? '?'}, runtime context ${build.runtime_context ?? '?'}`)
  const source =
    build.reused_module_id === null ? '' : `; components are compared with build ${build.reused_module_id}`
  lines.push(`  strategy ${build.rebuild_strategy}${source}`)
  for (const component of build.components) {
    const verdict =
      component.reuse === null
        ? 'is built for every module'
        : component.reuse.code === 'reused'
          ? `is reused: ${component.reuse.detail}`
          : `is built (${component.reuse.code}): ${component.reuse.detail}`
    lines.push(`  batch ${component.batch}: ${component.package} ${verdict}`)
    if (component.built_after.length > 0) lines.push(`    after ${component.built_after.join(', ')}`)
    for (const departure of departuresOf(component)) lines.push(`    ${departure}`)
  }
  return lines
}

type Component = ModuleBuild['components'][number]

function secondsOf({ time_started: start, time_completed: end }: Component): number | null {
  return start === null || end === null ? null : (Date.parse(end) - Date.parse(start)) / 1000
}

/** Returns the differences between a component's build and its plan. */
function departuresOf(component: Component): string[] {
  const { attempt, expected_seconds: expected, expected_error: error, reuse } = component
  const took = secondsOf(component)
  const isOff =
    took !== null && expected !== null && Math.abs(took - expected) > Math.max(2 * (error ?? 0), 1)
  return [
    ...(attempt > 1
      ? [
          `attempt ${attempt}: earlier attempts were lost or lacked BuildRequires that were built later, or the module was submitted again`,
        ]
      : []),
    ...(isOff && reuse?.code !== 'reused'
      ? [`took ${duration(took)}, expected were ${duration(expected)} ± ${duration(error ?? 0)}`]
      : []),
  ]
}
