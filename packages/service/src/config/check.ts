import Type from 'typebox'
import { Value } from 'typebox/value'
import { templateFault } from '../distgit/index.ts'
import { isNetwork } from '../networks.ts'
import { nearest } from './nearest.ts'
import { configSchema, type Config } from './schema.ts'

/** One fault of the configuration: the key, the fault and the remedy. */
export interface ConfigProblem {
  key: string
  message: string
}

/** Returns all faults of a configuration; an empty list means that `value` is a Config. */
export function checkConfig(value: unknown): ConfigProblem[] {
  const problems = Value.Errors(configSchema, value).flatMap((error) => {
    const key = dotted(error.instancePath)
    if (error.keyword === 'additionalProperties')
      return error.params.additionalProperties.map((name) => unknownKey(key, name))
    // `additionalProperties: false` reports each unknown key a second time, as a schema that is false.
    if (error.keyword === 'boolean') return []
    return [{ key, message: error.message }]
  })
  return problems.length > 0 ? problems : checkMeaning(value as Config)
}

function checkMeaning(config: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const { tokens, oidc, proxy } = config.auth
  const isOpen = Object.keys(tokens).length === 0 && oidc === undefined && proxy === undefined
  if (isOpen && !isLoopback(config.http.host))
    problems.push({
      key: 'http.host',
      message: `${config.http.host} is not a loopback address, and no authentication is configured; use 127.0.0.1, or configure auth.tokens, auth.oidc or auth.proxy`,
    })
  for (const [key, list] of [
    ['http.proxies', config.http.proxies],
    ['auth.proxy.addresses', proxy?.addresses ?? []],
  ] as const)
    for (const text of list.filter((one) => !isNetwork(one)))
      problems.push({
        key,
        message: `"${text}" is neither an address nor a network; write 192.0.2.7 or 192.0.2.0/24`,
      })
  if (oidc !== undefined && (oidc.introspectionUrl === undefined) === (oidc.jwksUrl === undefined))
    problems.push({ key: 'auth.oidc', message: 'needs one of introspectionUrl and jwksUrl' })
  if (oidc?.introspectionUrl !== undefined)
    for (const key of ['clientId', 'clientSecretFile'] as const)
      if (oidc[key] === undefined)
        problems.push({ key: `auth.oidc.${key}`, message: 'is needed with introspectionUrl' })
  if (!/^(?:local|fake|\/.+#[A-Za-z_$][A-Za-z0-9_$]*)$/.test(config.builder.name))
    problems.push({
      key: 'builder.name',
      message: `names an unknown builder: "${config.builder.name}"; use local, fake or /path/to/module.js#ClassName`,
    })
  for (const [key, isMissing] of [
    ['signing.command', (config.signing.command[0] ?? '') === ''],
    ['signing.key', config.signing.key === undefined],
  ] as const)
    if (config.signing.mode === 'command' && isMissing)
      problems.push({ key, message: 'is needed when signing.mode is command' })
  for (const [key, text, kind] of [
    ['scm.rpms', config.scm.rpms, 'repository'],
    ['scm.modules', config.scm.modules, 'repository'],
    ['scm.lookaside', config.scm.lookaside, 'archive'],
  ] as const) {
    const message = templateFault(text, kind)
    if (message !== undefined) problems.push({ key, message })
  }
  const { scratchOnlyBranches, baseStreamFromBranch } = config.submission
  for (const [key, patterns] of [
    ['expansion.streamSuffixes', Object.keys(config.expansion.streamSuffixes)],
    ['submission.scratchOnlyBranches', scratchOnlyBranches],
    ['submission.baseStreamFromBranch', baseStreamFromBranch],
  ] as const)
    for (const text of patterns.filter((pattern) => !isPattern(pattern)))
      problems.push({ key, message: `"${text}" is not a regular expression` })
  for (const [stream, platform] of Object.entries(config.platforms)) {
    const key = `platforms.${stream}`
    if (platform.generated === true && platform.repositories !== undefined)
      problems.push({ key, message: 'give either generated: true or repositories, not both' })
    if (platform.generated === true && platform.publishedModules === true)
      problems.push({ key: `${key}.publishedModules`, message: 'is for platforms with repositories' })
    if (platform.generated === true) continue
    for (const name of ['repositories', 'buildGroup', 'arches'] as const)
      if (platform[name] === undefined)
        problems.push({ key: `${key}.${name}`, message: 'is needed unless generated is true' })
  }
  return problems
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

function dotted(pointer: string): string {
  return pointer.split('/').slice(1).join('.')
}

function unknownKey(parent: string, name: string): ConfigProblem {
  const meant = nearest(name, knownKeys(parent))
  const below = (last: string) => (parent === '' ? last : `${parent}.${last}`)
  return {
    key: below(name),
    message: meant === undefined ? 'is an unknown key' : `is an unknown key; did you mean ${below(meant)}?`,
  }
}

/** Returns the keys that are allowed below `parent`, which is a dotted path into the schema. */
function knownKeys(parent: string): string[] {
  let schema: Type.TSchema = configSchema
  for (const part of parent === '' ? [] : parent.split('.')) {
    if (Type.IsRecord(schema)) schema = Object.values(schema.patternProperties)[0] ?? schema
    else if (Type.IsObject(schema)) schema = schema.properties[part] ?? schema
  }
  return Type.IsObject(schema) ? Object.keys(schema.properties) : []
}
