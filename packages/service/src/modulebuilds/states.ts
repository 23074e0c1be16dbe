/** The states of a module build, in upstream's words. */
export type ModuleState = 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'

/** The states of a component's build; null means that it has not been started. */
export type ComponentState = 'building' | 'complete' | 'failed' | 'canceled'

/** Upstream's numbers; clients compare them. */
export const moduleStateNumbers: Readonly<Record<ModuleState, number>> = {
  init: 0,
  wait: 1,
  build: 2,
  done: 3,
  failed: 4,
  ready: 5,
  garbage: 6,
}

/** The states that may follow each state. */
export const moduleTransitions = {
  /** Recorded. The service still fetches data from dist-git, which may be slow. */
  init: ['wait', 'failed'],
  /** Complete on paper. The build waits for a tag and a build root. */
  wait: ['build', 'failed'],
  /** Components are being built, batch by batch. */
  build: ['done', 'failed'],
  /** All components are built and tagged; checks decide what follows. */
  done: ['ready'],
  /** After a new submission, the build continues from where it stopped. */
  failed: ['wait', 'garbage'],
  /** May be composed and shipped. */
  ready: ['garbage'],
  /** A build leaves this state only if it was not built here: it is imported, published or configured again. */
  garbage: ['ready'],
} as const satisfies Record<ModuleState, readonly ModuleState[]>

export function mayFollow(from: ModuleState, to: ModuleState): boolean {
  return (moduleTransitions[from] as readonly ModuleState[]).includes(to)
}
