import type { EffectHandler } from '../../jobs/index.ts'
import { buildrootEffects } from './buildroot.ts'
import { componentEffects } from './component.ts'
import { endEffects } from './end.ts'
import type { World } from './world.ts'

export { buildrootWish } from './buildroot.ts'
export { buildrootWait, componentWait, type World } from './world.ts'

/**
 * Returns the handlers of the effects that `decide` requests, except `prepare`, which belongs to the room `submission`.
 */
export function moduleBuildEffects(world: World): EffectHandler[] {
  return [...buildrootEffects(world), ...componentEffects(world), ...endEffects(world)]
}
