/**
 * The room that runs foreign code: bubblewrap in user namespaces, overlays over a cached base root, a seccomp filter,
 * and dnf's resolver. Only here specs are parsed, source packages made and scriptlets run.
 */
export { closeFolder } from './close-folder.ts'
export { requireSandbox } from './available.ts'
export type { Bind, Confinement, ConfinedRoot } from './confine.ts'
export { faultOfInstallation, installPackages } from './install-packages.ts'
export { exceeded, limitsOf } from './limits.ts'
export type { Limits } from './limits.ts'
export { cachedRoot, dnfInRoot } from './install-root.ts'
export type { Installation } from './install-root.ts'
export { confinedRepodata, makeRepodata } from './confined-repodata.ts'
export { inFreshFolder } from './fresh-folder.ts'
export { diskFault, installFault, machineFault, mountFault, wasKilled } from './machine-fault.ts'
export { packageBinds, pathInside } from './package-binds.ts'
export { removeTree, removeWithUs } from './remove-tree.ts'
export { resolveBuildRequires } from './resolver.ts'
export type { ResolverPlace } from './resolver.ts'
export type { ModularView, Repository } from './repository.ts'
export { buildUser, runAttached, runConfined } from './run-confined.ts'
export type { BuildUser, RunOptions, RunResult } from './run-confined.ts'
