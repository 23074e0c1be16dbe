import type { Clock } from '../clock.ts'
import { inTransaction } from '../database/index.ts'
import { parseScmUrl } from '../distgit/index.ts'
import { InfraError } from '../errors.ts'
import type { EffectHandler, Engine } from '../jobs/index.ts'
import {
  recordPrepared,
  recordRequest,
  requireModuleBuild,
  requireOpenNames,
  type ModuleBuildRow,
  type ModuleRequest,
  type PreparedModule,
  moduleEffect,
  type StateNews,
} from '../modulebuilds/index.ts'
import type { Source } from './document/fetch-document.ts'
import { prepare } from './prepare.ts'
import type { PrepareWorld, Submission, SubmissionOptions } from './submission.ts'

export interface SubmitWorld extends PrepareWorld {
  engine: Engine
  news: StateNews
  clock: Clock
  /** Time for the preparation inside the request; a slower preparation continues in the background. */
  budgetMs: number
}

/**
 * Accepts a submission. If the preparation ends within the budget, the builds are prepared and in `wait`. Otherwise the
 * service records one build in `init`, and an effect repeats the preparation; the effect survives a restart.
 *
 * @returns the ids of the document's module builds; if the preparation continues in the background, the id of the one
 *   build that stands for the whole request
 * @throws UserError for a wrong request or module; then nothing is recorded
 */
export async function submit(
  world: SubmitWorld,
  submission: Submission & { owner: string },
): Promise<number[]> {
  const { source, options, owner } = submission
  const prepared = await prepareWithin(world, { source, options })
  if (prepared !== undefined) await requireNames(world, prepared)
  const now = world.clock.now()
  const request = requestOf(world, submission, prepared?.[0])
  return inTransaction(world.database, 'submit', async (tx) =>
    prepared === undefined
      ? [await recordRequest(tx, world, request, now)]
      : recordPrepared(tx, world, { ...request, owner }, undefined, prepared, now),
  )
}

/** Checks the hub names of all builds except scratch builds, which never become modules in the hub. */
async function requireNames(world: SubmitWorld, prepared: readonly PreparedModule[]): Promise<void> {
  await requireOpenNames(
    world,
    prepared.filter(({ scratch }) => !scratch),
  )
}

/** Returns the row of a submission, as far as it is known before the preparation is complete. */
function requestOf(
  { rebuildStrategy }: SubmitWorld,
  { source, options, owner }: Submission & { owner: string },
  prepared: PreparedModule | undefined,
): ModuleRequest {
  const scm = 'scmurl' in source ? source : undefined
  const document = 'scmurl' in source ? undefined : source
  return {
    name: prepared?.name ?? (scm === undefined ? document?.name : parseScmUrl(scm.scmurl).name) ?? 'unnamed',
    stream: prepared?.stream ?? scm?.branch ?? document?.stream ?? 'master',
    scmurl: scm?.scmurl ?? null,
    branch: scm?.branch ?? null,
    owner,
    scratch: options.scratch ?? false,
    rebuildStrategy: options.rebuild_strategy ?? rebuildStrategy,
    options: {
      ...options,
      ...(source.kind === 'scm' ? {} : { source }),
    },
  }
}

async function prepareWithin(
  world: SubmitWorld,
  submission: Submission,
): Promise<PreparedModule[] | undefined> {
  const controller = new AbortController()
  const outOfTime = Symbol('out of time')
  const clock = Promise.withResolvers<typeof outOfTime>()
  const callOff = world.clock.schedule(world.budgetMs, () => clock.resolve(outOfTime))
  const preparation = prepare(world, submission, controller.signal)
  try {
    const first = await Promise.race([preparation, clock.promise])
    if (first !== outOfTime) return first
    controller.abort()
    // The result of this preparation no longer matters: the effect prepares the submission again.
    preparation.catch(() => undefined)
    return undefined
  } catch (error) {
    // dist-git is unavailable: the effect retries, and the build shows the reason for waiting.
    if (error instanceof InfraError) return undefined
    throw error
  } finally {
    callOff()
  }
}

/** Returns the handler that prepares a module build in `init` in the background. */
export function submissionEffects(world: SubmitWorld): EffectHandler[] {
  return [
    moduleEffect('prepare', async (_told, { subject }) => {
      const build = await requireModuleBuild(world.database, subject.id)
      if (build.state !== 'init') return () => Promise.resolve()
      const submission = submissionOf(build)
      const prepared = await prepare(world, submission)
      await requireNames(world, prepared)
      const request = requestOf(world, { ...submission, owner: build.owner }, undefined)
      return async (tx, now) => {
        const current = await requireModuleBuild(tx, subject.id)
        if (current.state === 'init' && current.cancelled_by === null)
          await recordPrepared(tx, world, request, subject.id, prepared, now)
      }
    }),
  ]
}

/** Returns the submission that a build's row records. */
function submissionOf({ id, scmurl, branch, request }: ModuleBuildRow): Submission {
  const { source, ...options } = request as SubmissionOptions & { source?: Source }
  if (source !== undefined) return { source, options }
  if (scmurl !== null && branch !== null) return { source: { kind: 'scm', scmurl, branch }, options }
  throw new Error(`module build ${id} has no place of its document`)
}
