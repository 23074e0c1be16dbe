/** The order of components inside a batch, by the dependencies between their packages. */
export { needsOf, nextInOrder, type OrderedComponent } from './dependency-order.ts'
export { knownDependencies, recordDependencies } from './survey.ts'
