import type { Caller } from '../auth/index.ts'
import { UserError } from '../errors.ts'
import { moduleStateNumbers, type ModuleState } from './states.ts'
import type { ComponentBuildRow, ModuleBuildRow } from './store.ts'

/**
 * The actions that a module build allows, and the reasons against the others. The routes that perform the actions and
 * the JSON that shows them use the same table. They agree, except for the moment in which a cancelled effect is still
 * being performed: only the routes ask about that.
 */

/** The columns of a build that decide which actions it allows. */
export type ActedBuild = Pick<
  ModuleBuildRow,
  'id' | 'name' | 'stream' | 'version' | 'context' | 'state' | 'scratch' | 'owner' | 'scmurl' | 'branch'
>
export type ActedComponent = Pick<ComponentBuildRow, 'package' | 'state' | 'nvr'>

/**
 * - `resume`: submit the build again; it continues from where it stopped
 * - `retry`: make another attempt at a component; the build continues
 * - `rebuild`: build the stream again, as a version of its own
 */
export const actionNames = ['cancel', 'resume', 'retry', 'rebuild'] as const
export type ActionName = (typeof actionNames)[number]

/** The other facts that decide which actions a build allows. */
export interface ActedFacts {
  components: readonly ActedComponent[]
  /** The service is giving the build up: its next state is `garbage`. */
  isGivenUp: boolean
  /** An effect of the ended run is still being performed. It may yet change something in the hub. */
  isStopping: boolean
}

/** The reason against an action, and the HTTP status that refuses a request for it. */
interface Refusal {
  status: 400 | 409
  sentence: string
}

/** An action as the API shows it, allowed or not. */
export interface Action {
  name: ActionName
  allowed: boolean
  /** Null for an allowed action. */
  reason: string | null
  /** The users who may take the action. */
  who: string
}

/** The states in which a build allows each action. */
const states: Readonly<Record<ActionName, readonly ModuleState[]>> = {
  cancel: ['init', 'wait', 'build'],
  resume: ['failed'],
  retry: ['failed'],
  rebuild: ['ready'],
}

const table: Readonly<Record<ActionName, (build: ActedBuild, facts: ActedFacts) => Refusal | undefined>> = {
  cancel: ({ id, state }) =>
    states.cancel.includes(state)
      ? undefined
      : {
          status: 400,
          sentence: `Module build ${id} is in the state ${state} and can no longer be cancelled.`,
        },
  resume: (build, facts) => {
    const { id, state, scratch } = build
    if (scratch)
      return conflict(`Module build ${id} is a scratch build; each submission of it makes another one.`)
    if (['wait', 'build', 'done', 'ready'].includes(state)) return existsAlready(build, [nsvcOf(build)])
    return notFailed(build) ?? notAtRest(build, facts)
  },
  retry: (build, facts) => {
    const refusal = notFailed(build)
    if (refusal !== undefined) return refusal
    if (facts.components.every(({ state }) => state === 'complete'))
      return conflict(
        `All components of module build ${build.id} are built; submit the module again to resume it.`,
      )
    return notAtRest(build, facts)
  },
  rebuild: (build) => {
    const { id, state, scratch } = build
    if (scratch) return conflict(`Module build ${id} is a scratch build; only modules are built again.`)
    if (!states.rebuild.includes(state))
      return conflict(`Module build ${id} is ${state}; only a ready one is built again.`)
    return comesFromDistGit(build) ? undefined : conflict(notFromDistGit(id))
  },
}

/**
 * Lists all actions, each with the reason against it if the build does not allow it. The result does not depend on the
 * caller: `who` names the users who may take the action.
 */
export function actionsOf(build: ActedBuild, facts: ActedFacts): Action[] {
  const owner = `only ${build.owner} and admins`
  const who = { cancel: owner, resume: 'users who may submit', retry: owner, rebuild: 'only admins' }
  return actionNames.map((name) => {
    const refusal = table[name](build, facts)
    return { name, allowed: refusal === undefined, reason: refusal?.sentence ?? null, who: who[name] }
  })
}

/** Returns whether a build comes from dist-git, so that the service can build it again. */
export function comesFromDistGit<T extends Pick<ActedBuild, 'scmurl' | 'branch'>>(
  build: T,
): build is T & { scmurl: string; branch: string } {
  return build.scmurl !== null && build.branch !== null
}

export function notFromDistGit(id: number): string {
  return `module build ${id} does not come from dist-git; submit its document`
}

/** @throws UserError (400 or 409) for an action that the build does not allow now */
export function requireAction(name: ActionName, build: ActedBuild, facts: ActedFacts): void {
  const refusal = table[name](build, facts)
  if (refusal !== undefined) throw new UserError(refusal.status, refusal.sentence)
}

/** @throws UserError (409) for a component that cannot be tried again, or whose build cannot continue */
export function requireRetry(build: ActedBuild, facts: ActedFacts, component: ActedComponent): void {
  const isBuilt = component.state === 'complete'
  if (isBuilt && notFailed(build) === undefined)
    throw new UserError(
      409,
      `${component.package} is built already (${component.nvr ?? ''}); only failed components can be retried.`,
    )
  requireAction('retry', build, facts)
}

/** @throws UserError (403) for a caller who is neither the owner of the build nor an admin nor trusted */
export function requireOwner(
  name: 'cancel' | 'retry',
  { id, owner }: Pick<ActedBuild, 'id' | 'owner'>,
  caller: Pick<Caller, 'name' | 'isTrusted' | 'isAdmin'>,
): void {
  if (!caller.isTrusted && !caller.isAdmin && owner !== caller.name)
    throw new UserError(403, `Module build ${id} is ${owner}'s; only they and admins may ${name} it.`)
}

/** Returns upstream's response to a second submission of the same commit. */
export function existsAlready(known: Pick<ActedBuild, 'id' | 'state'>, nsvcs: readonly string[]): Refusal {
  return conflict(
    `Module (state=${moduleStateNumbers[known.state]}) already exists. ` +
      (nsvcs.length === 1
        ? `${nsvcs.join()} is module build ${known.id}; only a new commit makes another.`
        : `${nsvcs.join(', ')} are there (the first is module build ${known.id}); only a new commit makes others.`),
  )
}

function notFailed({ id, state, version }: ActedBuild): Refusal | undefined {
  if (!states.retry.includes(state))
    return conflict(`Module build ${id} is ${state}; only a failed one can be tried again.`)
  return version === null
    ? conflict(`Module build ${id} failed before its components were known; submit it again.`)
    : undefined
}

/** Refuses while components or effects of a failed build are still running, or while the service gives the build up. */
function notAtRest(
  { id }: ActedBuild,
  { components, isGivenUp, isStopping }: ActedFacts,
): Refusal | undefined {
  const running = components.filter(({ state }) => state === 'building').map((row) => row.package)
  if (running.length > 0 || isStopping) {
    const what = running.length > 0 ? ` (${running.join(', ')})` : ''
    return conflict(`module build ${id} is still being stopped${what}; submit it again in a moment`)
  }
  return isGivenUp ? conflict(`module build ${id} is being given up; submit it again in a moment`) : undefined
}

function conflict(sentence: string): Refusal {
  return { status: 409, sentence }
}

function nsvcOf({ name, stream, version, context }: ActedBuild): string {
  return `${name}:${stream}:${version ?? ''}:${context ?? ''}`
}
