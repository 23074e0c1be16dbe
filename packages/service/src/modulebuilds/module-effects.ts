import Type, { type Static } from 'typebox'
import type { NewEffect } from '../jobs/index.ts'

const nothing = Type.Object({})
const component = Type.Object({ component: Type.Integer() })
const attempt = Type.Object({ component: Type.Integer(), attempt: Type.Integer() })

/** The effects of module builds, with the schema of each payload. */
export const moduleEffects = {
  prepare: nothing,
  'register-tag': nothing,
  'connect-buildroot': nothing,
  'start-component': attempt,
  'collect-component': attempt,
  /** This effect is still performed after its build has ended. */
  'cancel-component': attempt,
  /** Rows of earlier versions of the service have no attempt. */
  'survey-component': Type.Object({ component: Type.Integer(), attempt: Type.Optional(Type.Integer()) }),
  'offer-component': component,
  'tag-batch': Type.Object({ batch: Type.Integer() }),
  /** Runs after a batch, or after one component of it. */
  regenerate: Type.Object({ batch: Type.Integer(), component: Type.Optional(Type.Integer()) }),
  finalize: nothing,
  check: Type.Object({ check: Type.String() }),
  'tag-module': nothing,
  'clean-up': Type.Object({ days: Type.Number() }),
} as const

export type ModuleEffectKind = keyof typeof moduleEffects

/** The payload of an effect of one kind. */
export type ToldOf<Kind extends ModuleEffectKind> = Static<(typeof moduleEffects)[Kind]>

/** An effect of a module build. */
export type ModuleEffect = { [Kind in ModuleEffectKind]: { kind: Kind } & ToldOf<Kind> }[ModuleEffectKind]

/** Returns the key of an effect. A build has at most one effect of each key. */
export function keyOf(effect: ModuleEffect): string {
  switch (effect.kind) {
    case 'start-component':
      return `start:${effect.component}:${effect.attempt}`
    case 'collect-component':
      return `collect:${effect.component}:${effect.attempt}`
    case 'cancel-component':
      return `cancel:${effect.component}:${effect.attempt}`
    case 'survey-component':
      return `survey:${effect.component}:${effect.attempt ?? 0}`
    case 'offer-component':
      return `offer:${effect.component}`
    case 'tag-batch':
      return `tag-batch:${effect.batch}`
    case 'regenerate':
      return [effect.kind, effect.batch, ...(effect.component === undefined ? [] : [effect.component])].join(
        ':',
      )
    case 'check':
      return `check:${effect.check}`
    default:
      return effect.kind
  }
}

/** Returns an effect in the form in which a decision requests it. */
export function asked(effect: ModuleEffect): NewEffect {
  const { kind, ...payload } = effect
  return { key: keyOf(effect), kind, payload }
}

/** An attempt at a component. */
export interface AttemptName {
  component: number
  attempt: number
}

/** Returns the key of the wait for the end of an attempt. */
export function waitKey({ component, attempt }: AttemptName): string {
  return `component:${component}:${attempt}`
}

/** Returns the attempt whose end a wait is for. */
export function attemptOf(wait: { key: string }): AttemptName {
  const match = /^component:(\d+):(\d+)$/.exec(wait.key)
  if (match === null) throw new Error(`"${wait.key}" is the wait for no attempt`)
  return { component: Number(match[1]), attempt: Number(match[2]) }
}
