import { setTimeout } from 'node:timers/promises'
import { AwayError, InfraError } from '../../errors.ts'

/** The first attempt included. */
const attemptsMax = 10
const pauseMsMax = 60_000

/**
 * Longest wait of one attempt, because it occupies a place. After that the attempt is lost, and the service makes
 * another one.
 */
const hourMs = 3_600_000

/** Services on other machines, as opposed to this machine. */
const ofOthers = new Set(['dist-git', 'lookaside'])

/**
 * Repeats work that depends on servers of others when they fail, with growing pauses, at most ten times. If a dist-git
 * server is unavailable as a whole, it waits up to an hour for its return. A try counts only if the server answered
 * before it.
 *
 * @param work is repeated as a whole
 * @param answers whether the unavailable server answers again
 * @param tell receives the reason for waiting
 * @param limits the first pause and the longest wait, in milliseconds
 */
export async function patiently<T>(
  work: () => Promise<T>,
  answers: (away: AwayError) => Promise<boolean>,
  tell: (trouble: string) => Promise<void>,
  { pauseMs, waitMsMax } = { pauseMs: 1000, waitMsMax: hourMs },
): Promise<T> {
  let waitedMs = 0
  for (let attempt = 1; ; attempt++)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof InfraError) || !ofOthers.has(error.service)) throw error
      if (attempt >= attemptsMax || waitedMs >= waitMsMax) throw error
      await tell(error.message)
      const pause = Math.min(pauseMs * 2 ** (attempt - 1), pauseMsMax)
      const began = performance.now()
      let isBack: boolean
      do {
        await setTimeout(pause)
        // A silent server takes its time to be found silent, so the time of the look counts, too.
        isBack = !(error instanceof AwayError) || (await answers(error))
      } while (!isBack && waitedMs + performance.now() - began < waitMsMax)
      waitedMs += performance.now() - began
    }
}
