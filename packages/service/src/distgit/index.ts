/** dist-git: repositories of modules and packages, their refs, and the archives of the lookaside beside them. */
export { DistGit } from './dist-git.ts'
export type { DistGitReader } from './dist-git.ts'
export { fetchSources } from './lookaside.ts'
export { allowedScmUrl, parseScmUrl } from './scm-url.ts'
export type { ScmUrl } from './scm-url.ts'
export { repositoryUrl, templateFault } from './url-template.ts'
