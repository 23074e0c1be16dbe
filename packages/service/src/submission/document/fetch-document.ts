import { ModulemdError, readStream, writeModulemd } from '@mbs/modulemd'
import type { Clock } from '../../clock.ts'
import {
  allowedScmUrl,
  parseScmUrl,
  repositoryUrl,
  type DistGitReader,
  type ScmUrl,
} from '../../distgit/index.ts'
import { UserError } from '../../errors.ts'
import { timeVersion } from '../../expansion/index.ts'

/** Where the document of a submission comes from: a commit of dist-git, or the request itself. */
export type Source =
  | { kind: 'scm'; scmurl: string; branch: string }
  /** The document of an earlier build, with other refs for some of its components, as a version of its own. */
  | { kind: 'rebuild'; scmurl: string; branch: string; refs: Readonly<Record<string, string>> }
  /** The document of a module that others have published, which keeps its name, version, context and dist tag. */
  | { kind: 'published'; modulemd: string; name: string; stream: string; distTag: string | null }
  /** `name` serves where the document has none, `stream` before that of the document (upstream's rules). */
  | { kind: 'document'; modulemd: string; name?: string | undefined; stream?: string | undefined }

/** A document before it is read. */
export interface FetchedDocument {
  text: string
  /** What it is called in messages. */
  file: string
  /** What dist-git says; undefined for what came as a document. */
  place: { name: string; branch: string } | undefined
  /** With the full hash of its commit. */
  scmurl: string | null
  commit: string
  /** The version of a module that does not say its own. */
  version: string
  /** What was built before, elsewhere: its version is whole, and so is its dist tag where it had one. */
  kept?: { distTag: string | null }
}

interface FetchWorld {
  distGit: DistGitReader
  clock: Clock
  /** Prefixes of scmurls from which modules may be built. */
  allowed: readonly string[]
  /** Prefix or template of the repositories of packages, and of modules. */
  rpms: string
  modules: string
}

/**
 * Gets the document of a submission.
 *
 * @throws UserError 403 for a place that is not allowed, 422 for a commit or a file that is not there, 400 for a commit
 * that is not on the branch; InfraError when dist-git cannot be asked
 */
export async function fetchDocument(
  world: FetchWorld,
  source: Source,
  signal?: AbortSignal,
): Promise<FetchedDocument> {
  const { distGit, clock } = world
  if (source.kind === 'document' || source.kind === 'published')
    return {
      text: source.modulemd,
      file: 'modulemd',
      place: undefined,
      scmurl: null,
      commit: '',
      version: timeVersion(clock.now()),
      ...(source.kind === 'published' ? { kept: { distTag: source.distTag } } : {}),
    }
  const { branch } = source
  const scm = allowedPlace(world, source.scmurl)
  const { repository, name } = scm
  const commit = await distGit.resolveRef(repository, scm.commit, signal)
  if (commit === undefined)
    throw new UserError(422, `there is no commit ${scm.commit} in ${repository}; is it pushed?`, 'scmurl')
  if (!(await distGit.isOnBranch(repository, branch, commit, signal)))
    throw new UserError(400, `the commit ${commit} is not on the branch ${branch} of ${repository}`, 'branch')
  const file = `${name}.yaml`
  const text = await distGit.readFile(repository, commit, file, signal)
  if (text === undefined) {
    const missing = `there is no ${file} in ${repository} at ${commit}`
    throw new UserError(422, packageHint(world, scm) ?? missing, 'scmurl')
  }
  return {
    text:
      source.kind === 'rebuild' && Object.keys(source.refs).length > 0
        ? withRefs(text, source.refs, file)
        : text,
    file,
    place: { name, branch },
    scmurl: source.scmurl.replace(/#.*$/, `#${commit}`),
    commit,
    version: timeVersion(
      // The commit has been built; what is new is what it names.
      source.kind === 'rebuild' ? clock.now() : await distGit.commitTime(repository, commit, signal),
    ),
  }
}

/** The document with these refs for its components; one that it does not have is left out. */
function withRefs(document: string, refs: Readonly<Record<string, string>>, file: string): string {
  const { stream, problems } = readStream(document)
  if (stream === undefined)
    throw new UserError(422, `${file} is no valid modulemd: ${new ModulemdError(problems).message}`, file)
  const wanted = new Map(Object.entries(refs))
  const rpms = [...stream.components.rpms].map(([name, component]) => {
    const ref = wanted.get(component.name ?? name)
    return [name, ref === undefined ? component : { ...component, ref }] as const
  })
  return writeModulemd([{ ...stream, components: { ...stream.components, rpms: new Map(rpms) } }])
}

/** @throws UserError 403 for a place that is not allowed, which says so where it is the repository of a package */
function allowedPlace(world: FetchWorld, scmurl: string): ScmUrl {
  try {
    return allowedScmUrl(scmurl, world.allowed)
  } catch (error) {
    if (!(error instanceof UserError) || error.status !== 403) throw error
    const hint = packageHint(world, parseScmUrl(scmurl))
    throw hint === undefined ? error : new UserError(403, hint, 'scmurl')
  }
}

/** What to say of a repository of packages, from which somebody wanted to build a module. */
function packageHint({ rpms, modules }: FetchWorld, { repository, name }: ScmUrl): string | undefined {
  const same = (place: string) => withoutGit(repositoryUrl(place, name)) === withoutGit(repository)
  if (!same(rpms) || same(modules)) return undefined
  return `${repository} is the repository of the package ${name}, not of a module; submit a module that lists it under components.rpms`
}

function withoutGit(url: string): string {
  return url.replace(/\/+$/, '').replace(/\.git$/, '')
}
