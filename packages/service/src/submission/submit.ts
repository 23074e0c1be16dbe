import type { Outbox } from '../bus/index.ts'
import type { Clock } from '../clock.ts'
import { inTransaction } from '../database/index.ts'
import { parseScmUrl } from '../distgit/index.ts'
import { InfraError, UserError } from '../errors.ts'
import type { EffectHandler, Engine } from '../jobs/index.ts'
import {
  recordPrepared,
  recordRequest,
  requireModuleBuild,
  type PreparedModule,
} from '../modulebuilds/index.ts'
import { prepare, type PrepareWorld, type Submission } from './prepare.ts'

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
  const { name } = parseScmUrl(submission.scmurl)
  const prepared = await prepareWithin(world, submission)
  const request = { ...submission, name, stream: submission.branch }
  const now = world.clock.now()
  return inTransaction(world.database, 'submit', async (tx) =>
    prepared === undefined
      ? [await recordRequest(tx, world, request, now)]
      : recordPrepared(tx, world, request, undefined, prepared, now),
  )
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
        const { name, stream, scmurl, branch, owner, request: options } = build
        const request = { name, stream, scmurl, branch, owner, options }
        const prepared = await prepare(world, request)
        return async (tx, now) => {
          const current = await requireModuleBuild(tx, subject.id)
          if (current.state === 'init' && current.cancelled_by === null)
            await recordPrepared(tx, world, request, subject.id, prepared, now)
        }
      },
    },
  ]
}

/** The branch is a stream's name and part of refs and paths. */
export function requireBranch(branch: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(branch))
    throw new UserError(
      400,
      `"${branch}" cannot be the name of a branch and stream; use letters, digits and + . _ -`,
      'branch',
    )
}
