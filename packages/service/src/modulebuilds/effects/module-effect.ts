import { effectHandler, type EffectContext, type EffectHandler, type Recorder } from '../../jobs/index.ts'
import { moduleEffects, type ModuleEffectKind, type ToldOf } from '../module-effects.ts'

/** A build whose check could not run, or that could not be tagged, stays in `done`. */
const holdsUp: ReadonlySet<ModuleEffectKind> = new Set(['check', 'tag-module'])

/** Returns the handler of one kind of effect of module builds. */
export function moduleEffect<Kind extends ModuleEffectKind>(
  kind: Kind,
  perform: (told: ToldOf<Kind>, context: EffectContext) => Promise<Recorder>,
): EffectHandler {
  const handler = effectHandler<(typeof moduleEffects)[Kind]>(kind, moduleEffects[kind], perform)
  return holdsUp.has(kind) ? { ...handler, mayRetryFailed: true } : handler
}
