import { formatProblem, readDrafts, readPackager, readStream } from '@mbs/modulemd'
import { planAgainst, refusedPlan, type Plan } from '@mbs/service/plan'
import { Api, type SubmissionPlan } from '../api.ts'
import { exitCodes } from '../exit.ts'
import type { GlobalOptions } from '../global-options.ts'
import { readInput } from '../modulemd-input.ts'
import { duration } from '../progress.ts'
import { report } from '../report.ts'
import { placeOf, submissionParameters, type SubmissionOptions } from '../submission-options.ts'

/** `mbs plan`: what a module would become, without building anything. A universe is all there is then, without a service. */
export async function planCommand(
  global: GlobalOptions,
  target: string,
  options: SubmissionOptions & { universe?: string; branch?: string },
): Promise<void> {
  const { universe, branch } = options
  if (universe !== undefined) {
    planOffline(global, target, { universe })
    return
  }
  const api = new Api(global.server, global.token)
  const plan = await api.plan({ ...placeOf(target, branch), ...submissionParameters(options) })
  report(global.json, plan, () => linesOfSubmission(plan))
  if (plan.refused.length > 0) process.exitCode = exitCodes.failed
}

/** What a plan tells people. */
export function linesOfSubmission({ refused, unmet, builds }: SubmissionPlan): string[] {
  return [
    ...refused.map(({ message }) => `refused: ${message}`),
    ...unmet.map((reason) => `not built: ${reason}`),
    ...builds.flatMap((build) => {
      const { exists, components, critical_path: path, dependency_order: ordered } = build
      const against = Object.entries(build.buildrequires).map(([name, entry]) => `${name}:${entry.stream}`)
      return [
        `${build.name}:${build.stream}:${build.version}:${build.context}`,
        ...(exists === null ? [] : [`  is there already: build ${exists.id} is ${exists.state_name}`]),
        `  built against ${against.join(', ')}`,
        ...components.map((component) => {
          const { reuse, expected_seconds: seconds, expected_error: error } = component
          const time =
            seconds === null || reuse.code === 'reused'
              ? ''
              : `, ${duration(seconds)} ± ${duration(error ?? 0)}`
          return `  batch ${component.batch}: ${component.package} ${reuse.code === 'reused' ? 'is reused' : 'is built'} (${reuse.detail})${time}`
        }),
        ...(ordered ? ['  in each batch those that others need are built first'] : []),
        timeOf(path),
      ]
    }),
  ]
}

/** How long a build takes, as far as history tells. */
function timeOf({
  packages,
  seconds,
  error,
  unknown,
}: SubmissionPlan['builds'][number]['critical_path']): string {
  if (packages.length === 0) return '  nothing is built'
  const path = packages.join(', then ')
  const others = unknown.join(', ')
  if (seconds === 0) return `  how long it takes nobody knows: ${others} were never built here`
  const beside = others === '' ? '' : `, not counting ${others}, which were never built here`
  return `  takes ${duration(seconds)} ± ${duration(error)}${beside}: ${path}`
}

function planOffline(global: GlobalOptions, file: string, options: { universe: string }): void {
  const plan = planOf(file, options.universe)
  report(global.json, plan, () => linesOf(plan, options.universe))
  if (plan.refused.length > 0) process.exitCode = exitCodes.failed
}

function planOf(file: string, universe: string): Plan {
  const text = readInput(file)
  const { stream, problems } = readStream(text, { strict: true })
  if (stream === undefined)
    return refusedPlan(problems.map((problem) => `${file}: ${formatProblem(problem)}`))
  if (readPackager(text).document?.kind === 'modulemd-packager')
    return refusedPlan([
      `${file} is a modulemd-packager document; "mbs modulemd print --upgrade" makes the streams that it asks for`,
    ])
  const { index, problems: leftOut } = readDrafts(readInput(universe))
  const documents = index.documents.filter((document) => document.kind === 'modulemd')
  // An index without modules is one; a file in which nothing is good is none.
  if (documents.length === 0 && leftOut.length > 0)
    return refusedPlan([`${universe} has no streams to plan against`], leftOut)
  return planAgainst(stream, { documents, problems: leftOut })
}

function linesOf(
  { assumed, contexts, batches, refused, unmet, left_out: leftOut }: Plan,
  universe: string,
): string[] {
  const taken = assumed.map(({ name, stream, virtual_streams: virtual }) =>
    virtual.length === 0 ? `${name}:${stream}` : `${name}:${stream} (also ${virtual.join(', ')})`,
  )
  return [
    ...leftOut.map((problem) => `left out of ${universe}: ${formatProblem(problem)}`),
    ...(taken.length === 0 ? [] : [`no document describes ${taken.join(', ')}: taken as being there`]),
    ...refused.map((reason) => `refused: ${reason}`),
    ...unmet.map((reason) => `not built: ${reason}`),
    ...contexts.map(({ context, buildrequires }) => {
      const modules = Object.entries(buildrequires).map(([name, { stream, version, context: own }]) =>
        [name, stream, version, own].join(':'),
      )
      return `context ${context}: built against ${modules.join(', ') || 'nothing'}`
    }),
    ...batches.map(({ batch, components }) => `batch ${batch}: ${components.join(', ')}`),
  ]
}
