/** The states of a module build, in upstream's words. */
export type ModuleState = 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'

/** The states of a component's build; null means that it has not been started. */
export type ComponentState = 'building' | 'complete' | 'failed' | 'canceled'

/** Which state may follow which. */
export const moduleTransitions = {
  /** Recorded; what a slow dist-git has not told yet is still being fetched. */
  init: ['wait', 'failed'],
  /** Complete on paper: waits for a tag and a build root. */
  wait: ['build', 'failed'],
  /** Components are being built, batch by batch. */
  build: ['done', 'failed'],
  /** All components are built and tagged; checks decide what follows. */
  done: ['ready'],
  /** Submitted again, it goes on from where it stopped. */
  failed: ['wait', 'garbage'],
  /** May be composed and shipped. */
  ready: ['garbage'],
  garbage: [],
} as const satisfies Record<ModuleState, readonly ModuleState[]>

export function mayFollow(from: ModuleState, to: ModuleState): boolean {
  return (moduleTransitions[from] as readonly ModuleState[]).includes(to)
}
