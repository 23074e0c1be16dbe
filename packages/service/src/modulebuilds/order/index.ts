/** The order of components inside a batch: by what their packages need of each other. */
export { needsOf, nextInOrder, type OrderedComponent } from './dependency-order.ts'
export { knownDependencies, recordDependencies } from './survey.ts'
