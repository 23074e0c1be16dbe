import type { ModuleStream } from '@mbs/modulemd'
import { UserError } from '../../errors.ts'
import { nameFault } from '../../expansion/index.ts'
import type { FetchedDocument, Source } from './fetch-document.ts'
import { checkMbsData } from './own-mbs-data.ts'

/** The name, stream and version of a module. The version has no platform prefix yet. */
export interface Identity {
  name: string
  stream: string
  version: string
}

interface NamingRules {
  rules: { baseModules: readonly string[] }
  privilegedNames: readonly string[]
  nameOverride: boolean
  streamOverride: boolean
}

/**
 * Returns name, stream and version of a submitted document (upstream: load_mmd_file and submit_module_build_from_yaml).
 * The document must not contradict dist-git, unless the configuration allows it.
 *
 * @throws UserError (400) that names the key
 */
export function identityOf(
  { rules, privilegedNames, nameOverride, streamOverride }: NamingRules,
  document: ModuleStream,
  { place, version }: FetchedDocument,
  source: Source,
): Identity {
  const say = (key: string, message: string) => {
    throw new UserError(400, message, key)
  }
  const identity =
    place === undefined ? ownIdentity(document, version, source) : identityInDistGit(document, place, version)
  checkMbsData(document, privilegedNames.includes(identity.name))
  if (rules.baseModules.includes(identity.name))
    say('data.name', `${identity.name} is a base module; it is configured or imported, not built`)
  for (const key of ['name', 'stream'] as const) {
    const fault = nameFault(key, identity[key])
    if (fault !== undefined) say(`data.${key}`, fault)
  }
  return identity

  function identityInDistGit(
    { name, stream }: ModuleStream,
    { name: repository, branch }: { name: string; branch: string },
    time: string,
  ): Identity {
    if (name !== undefined && name !== repository && !nameOverride)
      say(
        'data.name',
        `the document names the module "${name}", its repository is "${repository}"; leave the name out or make them equal`,
      )
    if (stream !== undefined && stream !== branch && !streamOverride)
      say(
        'data.stream',
        `the document has the stream "${stream}", the branch is "${branch}"; leave the stream out or make them equal`,
      )
    if (document.version !== undefined)
      say('data.version', 'the version comes from the commit time; leave it out')
    return { name: name ?? repository, stream: stream ?? branch, version: time }
  }
}

function ownIdentity(document: ModuleStream, time: string, source: Source): Identity {
  const given = source.kind === 'document' || source.kind === 'published' ? source : undefined
  const name = document.name ?? given?.name
  if (name === undefined)
    throw new UserError(400, 'the document has no name; write data.name, or send module_name', 'module_name')
  return {
    name,
    stream: given?.stream ?? document.stream ?? 'master',
    version: document.version?.toString() ?? time,
  }
}
