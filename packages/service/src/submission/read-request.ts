import { rebuildStrategies, type RebuildStrategy } from '../modulebuilds/index.ts'
import { UserError } from '../errors.ts'
import type { Source } from './document/fetch-document.ts'
import type { StreamOverrides } from '../expansion/index.ts'
import { submissionParameters } from './parameters.ts'
import type { Submission, SubmissionOptions } from './submission.ts'
import { requireReuse } from './reuse/judge-reuse.ts'

/** The rules for submissions. */
export interface SubmissionRules {
  /** Allows documents in the request for builds that are no scratch builds (upstream: YAML_SUBMIT_ALLOWED). */
  yamlAllowed: boolean
  scratchAllowed: boolean
  /** Branches that match one of these patterns make scratch builds only. */
  scratchOnlyBranches: readonly RegExp[]
  /** The strategy of submissions that name none. */
  rebuildStrategy: RebuildStrategy
  rebuildStrategiesAllowed: readonly RebuildStrategy[]
}

type Parameters = Partial<Record<keyof typeof submissionParameters.properties, unknown>>

const plainName = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$/

/**
 * Reads the body of a submission, with the checks in upstream's order. The body may come from a form, where all values
 * are text.
 *
 * @throws UserError 400 for invalid values, 403 for values that this service does not allow, each with the parameter
 */
export function readRequest(
  body: Readonly<Record<string, unknown>>,
  rules: SubmissionRules,
): Submission & { owner: string | undefined } {
  const unknown = Object.keys(body).filter((key) => !Object.hasOwn(submissionParameters.properties, key))
  if (unknown.length > 0)
    throw new UserError(400, `Unknown parameter: ${unknown.map((name) => `"${name}"`).join(', ')}.`, 'body')
  const request = body as Parameters
  const scratch = readScratch(request, rules)
  const srpms = readSrpms(request, scratch)
  const source = readSource(request)
  if (source.kind === 'document' && !rules.yamlAllowed && !scratch)
    throw new UserError(
      403,
      'only documents from dist-git are accepted; send scmurl and branch (submission.yamlAllowed of the configuration allows others)',
      'modulemd',
    )
  const branchRule =
    source.kind === 'scm'
      ? rules.scratchOnlyBranches.find((pattern) => pattern.test(source.branch))
      : undefined
  if (!scratch && branchRule !== undefined)
    throw new UserError(
      400,
      `branches that match ${branchRule.source} are for scratch builds only; send "scratch": true`,
      'branch',
    )
  const options = { ...readOptions(request, rules), scratch, ...(srpms.length === 0 ? {} : { srpms }) }
  return { source, options, owner: text(request, 'owner', 200) }
}

function readScratch(request: Parameters, { scratchAllowed }: SubmissionRules): boolean {
  const scratch = [true, 'true', 'True', '1', 1].includes(request.scratch as never)
  if (scratch && !scratchAllowed) throw new UserError(403, 'scratch builds are not allowed', 'scratch')
  return scratch
}

function readSrpms({ srpms }: Parameters, scratch: boolean): string[] {
  if (srpms === undefined || srpms === null) return []
  if (!scratch) throw new UserError(403, 'uploaded source packages are for scratch builds only', 'srpms')
  if (!Array.isArray(srpms) || srpms.length > 1000 || !srpms.every((path) => typeof path === 'string'))
    throw new UserError(400, 'srpms must be a list of uploaded source packages', 'srpms')
  return srpms
}

function readSource(request: Parameters): Source {
  const modulemd = text(request, 'modulemd', 1024 * 1024)
  if (modulemd !== undefined) {
    const [name, stream] = (['module_name', 'module_stream'] as const).map((key) => nameIn(request, key))
    return { kind: 'document', modulemd, name, stream }
  }
  for (const key of ['module_name', 'module_stream'] as const)
    if (request[key] !== undefined)
      throw new UserError(400, `${key} is for documents in the request only, not for scmurl`, key)
  const scmurl = text(request, 'scmurl', 2000)
  if (scmurl === undefined)
    throw new UserError(400, 'scmurl is missing: name the place of the module', 'scmurl')
  const branch = text(request, 'branch', 200)
  if (branch === undefined)
    throw new UserError(400, 'branch is missing: name the branch of the commit', 'branch')
  if (!plainName.test(branch))
    throw new UserError(
      400,
      `"${branch}" cannot be the name of a branch and stream; use letters, digits and + . _ -`,
      'branch',
    )
  return { kind: 'scm', scmurl, branch }
}

function readOptions(
  request: Parameters,
  rules: SubmissionRules,
): Omit<SubmissionOptions, 'scratch' | 'srpms'> {
  const strategy = readStrategy(request, rules)
  const from = request.reuse_components_from
  if (from !== undefined) {
    if (typeof from !== 'string' && typeof from !== 'number')
      throw new UserError(
        400,
        'reuse_components_from must be the id or the N:S:V:C of a ready build',
        'reuse_components_from',
      )
    requireReuse(strategy ?? rules.rebuildStrategy, from)
  }
  const sideTag = text(request, 'side_tag', 200)
  const [buildrequires, requires] = (['buildrequire_overrides', 'require_overrides'] as const).map((key) =>
    readOverrides(request, key),
  )
  return {
    ...(strategy === undefined ? {} : { rebuild_strategy: strategy }),
    ...(from === undefined ? {} : { reuse_components_from: from }),
    ...(sideTag === undefined ? {} : { side_tag: sideTag }),
    ...(buildrequires === undefined ? {} : { buildrequire_overrides: buildrequires }),
    ...(requires === undefined ? {} : { require_overrides: requires }),
  }
}

function readStrategy(request: Parameters, rules: SubmissionRules): RebuildStrategy | undefined {
  const wanted = text(request, 'rebuild_strategy', 100)
  if (wanted === undefined) return undefined
  const allowed = [...new Set([rules.rebuildStrategy, ...rules.rebuildStrategiesAllowed])]
  const strategy = allowed.find((name) => name === wanted)
  if (strategy === undefined) {
    const what = Object.hasOwn(rebuildStrategies, wanted) ? 'is not allowed' : 'does not exist'
    throw new UserError(
      400,
      `the rebuild strategy "${wanted}" ${what}; use ${allowed.sort().join(', ')}`,
      'rebuild_strategy',
    )
  }
  return strategy
}

function readOverrides(
  request: Parameters,
  key: 'buildrequire_overrides' | 'require_overrides',
): StreamOverrides | undefined {
  const value = request[key]
  if (value === undefined) return undefined
  const isStreams = (streams: unknown) =>
    Array.isArray(streams) &&
    streams.length <= 100 &&
    streams.every((stream) => typeof stream === 'string' && plainName.test(stream.replace(/^-/, '')))
  const isRight =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([name, streams]) => plainName.test(name) && isStreams(streams))
  if (!isRight)
    throw new UserError(
      400,
      `${key} must be a map of modules to lists of streams: {"MODULE": ["STREAM"]}`,
      key,
    )
  return value as StreamOverrides
}

function nameIn(request: Parameters, key: 'module_name' | 'module_stream'): string | undefined {
  const value = text(request, key, 200)
  if (value !== undefined && !plainName.test(value))
    throw new UserError(400, `${key} "${value}" cannot be a name; use letters, digits and + . _ -`, key)
  return value
}

function text(request: Parameters, key: keyof Parameters, lengthMax: number): string | undefined {
  const value = request[key]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new UserError(400, `${key} must be text`, key)
  if (value.length > lengthMax) throw new UserError(400, `${key} is longer than ${lengthMax} characters`, key)
  // A document has line breaks. No text may have a NUL, because PostgreSQL does not accept it.
  const forbidden = key === 'modulemd' ? /\u0000/ : /[\u0000-\u001f\u007f]/
  if (forbidden.test(value)) throw new UserError(400, `${key} contains control characters`, key)
  return value
}
