import type { Outbox } from '../bus/index.ts'
import type { Clock } from '../clock.ts'
import { inTransaction } from '../database/index.ts'
import { parseScmUrl } from '../distgit/index.ts'
import { InfraError } from '../errors.ts'
import type { EffectHandler, Engine } from '../jobs/index.ts'
import {
  recordPrepared,
  recordRequest,
  requireModuleBuild,
  type ModuleBuildRow,
  type ModuleRequest,
  type PreparedModule,
} from '../modulebuilds/index.ts'
import type { Source } from './document/fetch-document.ts'
import { prepare } from './prepare.ts'
import type { PrepareWorld, Submission, SubmissionOptions } from './submission.ts'

export interface SubmitWorld extends PrepareWorld {
  engine: Engine
  outbox: Outbox
  clock: Clock
  /** So long a request may take; what is slower goes on in the background. */
  budgetMs: number
}

/**
 * Takes a submission: prepared and in `wait` when dist-git answers within the budget, else recorded in `init`, and
 * the same preparation goes on as an effect that survives us.
 *
 * @returns the ids of the module builds that the document stands for; of one build that stands for the whole request
 * where the preparation goes on
 * @throws UserError when the request or the module is wrong: then nothing is recorded
 */
export async function submit(
  world: SubmitWorld,
  submission: Submission & { owner: string },
): Promise<number[]> {
  const { source, options, owner } = submission
  const prepared = await prepareWithin(world, { source, options })
  const now = world.clock.now()
  const request = requestOf(world, submission, prepared?.[0])
  return inTransaction(world.database, 'submit', async (tx) =>
    prepared === undefined
      ? [await recordRequest(tx, world, request, now)]
      : recordPrepared(tx, world, { ...request, owner }, undefined, prepared, now),
  )
}

/** The row of a submission before it is complete: as much as can be known of it. */
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
    // Its own end no longer matters: the effect prepares anew.
    preparation.catch(() => undefined)
    return undefined
  } catch (error) {
    // dist-git is away: the effect tries again, and the build says so meanwhile.
    if (error instanceof InfraError) return undefined
    throw error
  } finally {
    callOff()
  }
}

/** The background half: the preparation as an effect of a module build in `init`. */
export function submissionEffects(world: SubmitWorld): EffectHandler[] {
  return [
    {
      kind: 'prepare',
      perform: async (_payload, { subject }) => {
        const build = await requireModuleBuild(world.database, subject.id)
        if (build.state !== 'init') return () => Promise.resolve()
        const submission = submissionOf(build)
        const prepared = await prepare(world, submission)
        const request = requestOf(world, { ...submission, owner: build.owner }, undefined)
        return async (tx, now) => {
          const current = await requireModuleBuild(tx, subject.id)
          if (current.state === 'init' && current.cancelled_by === null)
            await recordPrepared(tx, world, request, subject.id, prepared, now)
        }
      },
    },
  ]
}

/** What was asked for, as its row tells. */
function submissionOf({ id, scmurl, branch, request }: ModuleBuildRow): Submission {
  const { source, ...options } = request as SubmissionOptions & { source?: Source }
  if (source !== undefined) return { source, options }
  if (scmurl !== null && branch !== null) return { source: { kind: 'scm', scmurl, branch }, options }
  throw new Error(`module build ${id} does not say where its document is`)
}
