import { formatProblem, readDrafts, readPackager, readStream } from '@mbs/modulemd'
import type { Schemas } from '@mbs/client'
import { planAgainst, refusedPlan, type SubmissionPlan } from '@mbs/service/plan'
import { Api } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { readInput } from '../../modulemd-input.ts'
import { duration } from '../../progress.ts'
import { report } from '../../report.ts'
import {
  isScmUrl,
  nameOf,
  placeOf,
  submissionParameters,
  type SubmissionOptions,
} from '../../submission-options.ts'

/**
 * `mbs plan`: shows the builds that a module would get, without building anything. With a universe it needs no
 * service and knows only the modules of the universe. The plan has the same form.
 */
export async function planCommand(
  global: GlobalOptions,
  target: string,
  options: SubmissionOptions & { universe?: string; branch?: string },
): Promise<void> {
  const { universe, branch } = options
  const parameters = submissionParameters(options)
  if (universe !== undefined) {
    requireOffline(target, options)
    const plan = planOf(target, universe, parameters, branch)
    tell(global, plan, () => linesOf(plan, universe))
    return
  }
  const api = new Api(global.server, global.token)
  const plan = await api.plan({ ...placeOf(target, branch), ...parameters })
  tell(global, plan, () => linesOfSubmission(plan))
}

function tell({ json }: GlobalOptions, plan: SubmissionPlan, lines: () => string[]): void {
  report(json, plan, lines)
  if (plan.refused.length > 0) process.exitCode = exitCodes.failed
}

/** @throws CommandError for options that only a service can take into account */
function requireOffline(target: string, { strategy, reuseFrom }: SubmissionOptions): void {
  const refuse = (what: string) => {
    throw new CommandError(
      exitCodes.usage,
      `${what} needs a service, --universe works without one; use only one`,
    )
  }
  if (strategy !== undefined) refuse('--strategy')
  if (reuseFrom !== undefined) refuse('--reuse-from')
  if (isScmUrl(target)) refuse(`the commit ${target}`)
}

/** Returns the lines of a plan for people. */
export function linesOfSubmission({ refused, unmet, builds }: SubmissionPlan): string[] {
  return [
    ...refused.map(({ message }) => `refused: ${message}`),
    ...unmet.map((reason) => `makes no build: ${reason}`),
    ...builds.flatMap((build) => {
      const { exists, components, critical_path: path, dependency_order: ordered } = build
      const against = Object.entries(build.buildrequires).map(([name, entry]) => `${name}:${entry.stream}`)
      return [
        `${build.name}:${build.stream}:${build.version ?? '?'}:${build.context}`,
        ...(exists === null ? [] : [`  exists: build ${exists.id} is ${exists.state_name}`]),
        `  built against ${against.join(', ')}`,
        ...components.map((component) => {
          const { reuse, expected_seconds: seconds, expected_error: error } = component
          const isReused = reuse?.code === 'reused'
          const time = seconds === null || isReused ? '' : `, ${duration(seconds)} ± ${duration(error ?? 0)}`
          const verdict = `${isReused ? 'is reused' : 'is built'} (${reuse?.detail ?? 'without a service, earlier builds are unknown'})`
          return `  batch ${component.batch}: ${component.package} ${verdict}${time}`
        }),
        ...(ordered ? ['  in each batch, components that others need are built first'] : []),
        ...(path === null ? [] : [timeOf(path)]),
      ]
    }),
  ]
}

/** Returns the expected time of a build, as far as history allows. */
function timeOf({
  packages,
  seconds,
  error,
  unknown,
}: NonNullable<SubmissionPlan['builds'][number]['critical_path']>): string {
  if (packages.length === 0) return '  nothing is built'
  const path = packages.join(', then ')
  const others = unknown.join(', ')
  if (seconds === 0) return `  the duration is unknown: ${others} were never built here`
  const beside = others === '' ? '' : `, not counting ${others}, which were never built here`
  return `  takes ${duration(seconds)} ± ${duration(error)}${beside}: ${path}`
}

function planOf(
  file: string,
  universe: string,
  { scratch = false, ...parameters }: Schemas['Submission'],
  branch: string | undefined,
): SubmissionPlan {
  const text = readInput(file)
  const { stream, problems } = readStream(text, { strict: true })
  if (stream === undefined)
    return refusedPlan(problems.map((problem) => `${file}: ${formatProblem(problem)}`))
  if (readPackager(text).document?.kind === 'modulemd-packager')
    return refusedPlan([
      `${file} is a modulemd-packager document; "mbs modulemd print --upgrade" makes its streams`,
    ])
  const { index, problems: leftOut } = readDrafts(readInput(universe))
  const documents = index.documents.filter((document) => document.kind === 'modulemd')
  // An index without modules is valid. A file without a single valid document is not.
  if (documents.length === 0 && leftOut.length > 0)
    return refusedPlan([`${universe} has no streams to plan against`], leftOut)
  const { buildrequire_overrides: buildrequires, require_overrides: requires } = parameters
  return planAgainst(
    stream,
    { documents, problems: leftOut },
    {
      scratch,
      ...nameOf(file),
      ...(branch === undefined ? {} : { stream: branch }),
      ...(buildrequires === undefined ? {} : { buildrequires }),
      ...(requires === undefined ? {} : { requires }),
    },
  )
}

function linesOf(
  { assumed, builds, refused, unmet, left_out: leftOut }: SubmissionPlan,
  universe: string,
): string[] {
  // All builds of a module have the same components.
  const batches = Map.groupBy(builds[0]?.components ?? [], ({ batch }) => batch)
  const taken = assumed.map(({ name, stream, virtual_streams: virtual }) =>
    virtual.length === 0 ? `${name}:${stream}` : `${name}:${stream} (also ${virtual.join(', ')})`,
  )
  return [
    ...leftOut.map((problem) => `left out of ${universe}: ${formatProblem(problem)}`),
    ...(taken.length === 0 ? [] : [`no document describes ${taken.join(', ')}: assumed to exist`]),
    ...refused.map(({ message }) => `refused: ${message}`),
    ...unmet.map((reason) => `makes no build: ${reason}`),
    ...builds.map(({ context, buildrequires }) => {
      const modules = Object.entries(buildrequires).map(([name, { stream, version, context: own }]) =>
        [name, stream, version, own].join(':'),
      )
      return `context ${context}: built against ${modules.join(', ') || 'nothing'}`
    }),
    ...[...batches].map(
      ([batch, components]) => `batch ${batch}: ${components.map((one) => one.package).join(', ')}`,
    ),
  ]
}
