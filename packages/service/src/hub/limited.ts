import type { Clock } from '../clock.ts'
import { InfraError } from '../errors.ts'
import type { Hub } from './hub.ts'

/** Time limit for one call of the hub during a request. */
const answerMs = 10_000

/**
 * Returns a hub for use in requests, whose clients wait for the response. A call that exceeds the limit fails as if the
 * hub were unavailable, so that the service responds with 503.
 *
 * @param milliseconds limit for one call
 */
export function limited(hub: Hub, clock: Clock, milliseconds = answerMs): Hub {
  return new Proxy(hub, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) =>
        within(clock, milliseconds, Reflect.apply(member, target, args) as Promise<unknown>)
    },
  })
}

async function within<T>(clock: Clock, milliseconds: number, call: Promise<T>): Promise<T> {
  let callOff: () => void = () => undefined
  const late = new Promise<never>((_resolve, reject) => {
    callOff = clock.schedule(milliseconds, () =>
      reject(new InfraError('hub', `it has not answered for ${milliseconds / 1000} s; try again later`)),
    )
  })
  try {
    return await Promise.race([call, late])
  } finally {
    callOff()
  }
}
