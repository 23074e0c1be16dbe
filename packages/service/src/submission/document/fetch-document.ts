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

/** The source of a submission's document: a commit of dist-git, or the request itself. */
export type Source =
  | { kind: 'scm'; scmurl: string; branch: string }
  /** The document of an earlier build with other refs for some of its components, to be built as a new version. */
  | { kind: 'rebuild'; scmurl: string; branch: string; refs: Readonly<Record<string, string>> }
  /** The document of a module that another service has published. It keeps its name, version, context and dist tag. */
  | { kind: 'published'; modulemd: string; name: string; stream: string; distTag: string | null }
  /** `name` applies if the document has no name; `stream` replaces the document's stream (upstream's rules). */
  | { kind: 'document'; modulemd: string; name?: string | undefined; stream?: string | undefined }

/** A document before it is parsed. */
export interface FetchedDocument {
  text: string
  /** The name of the document in messages. */
  file: string
  /** The name of the repository and the branch; undefined for a document that came in the request. */
  place: { name: string; branch: string } | undefined
  /** The URL with the full hash of the commit. */
  scmurl: string | null
  commit: string
  /** The version of a module whose document has none. */
  version: string
  /**
   * Set for a module that another service has built: its version is complete, and its dist tag is kept if it had one.
   */
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
 * Fetches the document of a submission.
 *
 * @throws UserError 403 for a place that is not allowed, 422 for a missing commit or file, 400 for a commit that is not
 *   on the branch; InfraError when dist-git is unavailable
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
      // The commit was built before, and only the refs are new: the version is the current time.
      source.kind === 'rebuild' ? clock.now() : await distGit.commitTime(repository, commit, signal),
    ),
  }
}

/**
 * Returns the document with these refs for its components. Ignores refs for components that the document does not have.
 */
function withRefs(document: string, refs: Readonly<Record<string, string>>, file: string): string {
  const { stream, problems } = readStream(document)
  if (stream === undefined)
    throw new UserError(422, `${file} is not valid modulemd: ${new ModulemdError(problems).message}`, file)
  const wanted = new Map(Object.entries(refs))
  const rpms = [...stream.components.rpms].map(([name, component]) => {
    const ref = wanted.get(component.name ?? name)
    return [name, ref === undefined ? component : { ...component, ref }] as const
  })
  return writeModulemd([{ ...stream, components: { ...stream.components, rpms: new Map(rpms) } }])
}

/** @throws UserError 403 for a place that is not allowed; the message tells if it is the repository of a package */
function allowedPlace(world: FetchWorld, scmurl: string): ScmUrl {
  try {
    return allowedScmUrl(scmurl, world.allowed)
  } catch (error) {
    if (!(error instanceof UserError) || error.status !== 403) throw error
    const hint = packageHint(world, parseScmUrl(scmurl))
    throw hint === undefined ? error : new UserError(403, hint, 'scmurl')
  }
}

/** Returns the message for a user who submits the repository of a package as a module; undefined for other places. */
function packageHint({ rpms, modules }: FetchWorld, { repository, name }: ScmUrl): string | undefined {
  const same = (place: string) => withoutGit(repositoryUrl(place, name)) === withoutGit(repository)
  if (!same(rpms) || same(modules)) return undefined
  return `${repository} is the repository of the package ${name}, not of a module; submit a module that lists it under components.rpms`
}

function withoutGit(url: string): string {
  return url.replace(/\/+$/, '').replace(/\.git$/, '')
}
