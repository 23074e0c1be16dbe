import type { EffectHandler } from '../../jobs/index.ts'
import { buildrootEffects } from './buildroot.ts'
import { componentEffects } from './component.ts'
import { endEffects } from './end.ts'
import type { World } from './world.ts'

export { builtSoFar } from './buildroot.ts'
export { buildrootWait, componentWait, type World } from './world.ts'

/** How each kind of effect that `decide` asks for is done. */
export function moduleBuildEffects(world: World): EffectHandler[] {
  return [...buildrootEffects(world), ...componentEffects(world), ...endEffects(world)]
}
