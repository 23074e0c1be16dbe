import { UserError } from '../errors.ts'
import { withoutSlashes } from './url-template.ts'

/** A place in dist-git: `scheme://host/path/NAME.git?#COMMIT`, the grammar of upstream's scmurl. */
export interface ScmUrl {
  repository: string
  /** The last part of the path, without `.git`: the module's name. */
  name: string
  commit: string
}

/**
 * Reads a scmurl.
 *
 * @throws UserError (400) that names the missing part
 */
export function parseScmUrl(text: string): ScmUrl {
  const match = /^((?:git\+https?|git|https?|file):\/\/[^\s?#]+)\?(?:[^#\s]*)#([0-9A-Za-z._/-]+)$/.exec(text)
  const [, url, commit] = match ?? []
  if (url === undefined || commit === undefined)
    throw new UserError(
      400,
      `"${text}" is not a scmurl; the form is https://HOST/modules/NAME?#COMMIT`,
      'scmurl',
    )
  const repository = withoutSlashes(url.replace(/^git\+/, ''))
  // A prefix of allowed places protects nothing when the rest of the URL can climb out of it.
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|%2f|\\/i.test(repository))
    throw new UserError(400, `"${text}" has . or .. in its path; write the path out`, 'scmurl')
  const name = decoded(repository.split('/').at(-1) ?? '').replace(/\.git$/, '')
  if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(name))
    throw new UserError(400, `the scmurl ends in "${name}", which cannot be the name of a module`, 'scmurl')
  if (commit.startsWith('-')) throw new UserError(400, `"${commit}" is not a commit`, 'scmurl')
  return { repository, name, commit }
}

/** Names may have a `+`, which URL templates encode. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Reads a scmurl and checks its place.
 *
 * @throws UserError 400 for a text that is no scmurl, 403 for a place that is not allowed
 */
export function allowedScmUrl(text: string, allowed: readonly string[]): ScmUrl {
  const scm = parseScmUrl(text)
  if (!allowed.some((prefix) => isBelow(prefix, scm.repository)))
    throw new UserError(
      403,
      allowed.length === 0
        ? `this service builds no modules from ${scm.repository}; allowed: none`
        : `modules are built from ${allowed.join(', ')} only, not from ${scm.repository}`,
      'scmurl',
    )
  return scm
}

/** Returns whether a prefix covers a repository: its own repository, and all repositories below it. */
function isBelow(prefix: string, repository: string): boolean {
  return repository === prefix || repository.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}
