import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import type { EffectContext, EffectHandler } from './engine.ts'
import type { Recorder } from './news-writer.ts'

/**
 * Returns the handler of one kind of effect, which reads its parameters from the effect's row. A row with invalid
 * parameters is a bug and parks the effect.
 *
 * @param payload schema of the parameters of this kind
 * @param perform as {@link EffectHandler.perform}
 */
export function effectHandler<Payload extends TObject>(
  kind: string,
  payload: Payload,
  perform: (told: Static<Payload>, context: EffectContext) => Promise<Recorder>,
): EffectHandler {
  return {
    kind,
    perform: async (told, context) => {
      if (!Value.Check(payload, told))
        throw new Error(
          `the effect ${context.effectId} has invalid parameters for ${kind}: ${JSON.stringify(told)}`,
        )
      return perform(told, context)
    },
  }
}
