import { readFileSync, existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { checkConfig, type ConfigProblem } from './check.ts'
import { defaultConfig, type Machine } from './defaults.ts'
import { environmentKeys, type Config } from './schema.ts'

/** A configuration that passed every check, and the origin of each key's value. */
export interface LoadedConfig {
  config: Config
  /** dotted key → `default`, `FILE:LINE` or the name of an environment variable. */
  origins: ReadonlyMap<string, string>
}

/** The configuration is wrong; the message lists every fault with its place. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export const systemConfigFile = '/etc/mbs/mbs.yaml'

type Tree = Record<string, unknown>

/**
 * Returns the configuration in force: defaults, then the file, then the environment; a later source takes precedence.
 *
 * @param file a YAML file; undefined: $MBS_CONFIG, or /etc/mbs/mbs.yaml if it exists, else none
 * @param overrides dotted keys that the caller sets (command-line options)
 * @throws ConfigError with all faults together
 */
export function loadConfig(file?: string, overrides: Readonly<Record<string, unknown>> = {}): LoadedConfig {
  const environment = process.env
  const machine: Machine = {
    isRoot: process.getuid?.() === 0,
    home: os.homedir(),
    environment,
    cores: os.availableParallelism(),
  }
  const chosen =
    file ?? environment['MBS_CONFIG'] ?? (existsSync(systemConfigFile) ? systemConfigFile : undefined)
  return resolveConfig(machine, chosen === undefined ? undefined : readConfigFile(chosen), overrides)
}

interface ConfigFile {
  name: string
  text: string
}

function readConfigFile(name: string): ConfigFile {
  try {
    return { name, text: readFileSync(name, 'utf8') }
  } catch (error) {
    throw new ConfigError(`cannot read the configuration ${name}: ${(error as Error).message}`)
  }
}

/** Computes the configuration of {@link loadConfig} as a pure function. */
export function resolveConfig(
  machine: Machine,
  file?: ConfigFile,
  overrides: Readonly<Record<string, unknown>> = {},
): LoadedConfig {
  const tree = structuredClone(defaultConfig(machine)) as unknown as Tree
  const origins = new Map<string, string>()
  if (file !== undefined) overlayFile(tree, origins, file)
  for (const [variable, key] of Object.entries(environmentKeys)) {
    const text = machine.environment[variable]
    if (text !== undefined && text !== '') setKey(tree, origins, key, numeric(text), variable)
  }
  for (const [key, value] of Object.entries(overrides)) setKey(tree, origins, key, value, 'command line')
  // Programs run in other folders than the service. A relative path counts from the service's working folder at the
  // start.
  for (const [section, key] of folderKeys(tree))
    if (typeof section[key] === 'string') section[key] = path.resolve(section[key])
  const problems = checkConfig(tree)
  if (problems.length > 0) throw new ConfigError(describe(problems, origins))
  return { config: tree as unknown as Config, origins }
}

/** Returns the keys whose values are paths. */
function folderKeys(tree: Tree): [section: Tree, key: string][] {
  const { signing } = tree
  const below = typeof signing === 'object' && signing !== null ? (signing as Tree) : {}
  return [
    [tree, 'dataDir'],
    [tree, 'cacheDir'],
    [below, 'gnupgHome'],
  ]
}

function numeric(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text
}

function overlayFile(tree: Tree, origins: Map<string, string>, file: ConfigFile): void {
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines })
  const fault = document.errors[0]
  if (fault !== undefined) throw new ConfigError(`${file.name}: ${fault.message}`)
  if (document.contents === null) return
  if (!isMap(document.contents)) throw new ConfigError(`${file.name}: the document must be a mapping of keys`)
  overlayMap(document, document.contents, [])

  function overlayMap(owner: Document, node: unknown, keys: string[]): void {
    const key = keys.join('.')
    // Entries with names of their own (platforms) replace the default ones as a whole; sections are merged key by key.
    if (isMap(node) && (keys.length === 0 || (keys.length === 1 && keys[0] !== 'platforms'))) {
      for (const pair of node.items)
        if (isScalar(pair.key)) {
          overlayMap(owner, pair.value, [...keys, String(pair.key.value)])
        }
      return
    }
    const range = (node as { range?: [number, number, number] } | null)?.range
    const place = range === undefined ? file.name : `${file.name}:${lines.linePos(range[0]).line}`
    const value: unknown = isMap(node) || !isScalar(node) ? toJs(owner, node) : node.value
    setKey(tree, origins, key, value, place)
  }
}

function toJs(document: Document, node: unknown): unknown {
  return (node as { toJS: (owner: Document) => unknown } | null)?.toJS(document)
}

function setKey(tree: Tree, origins: Map<string, string>, key: string, value: unknown, origin: string): void {
  const parts = key.split('.')
  const last = parts.pop() ?? key
  let section = tree
  for (const part of parts) {
    const below = section[part]
    section = typeof below === 'object' && below !== null ? (below as Tree) : (section[part] = {})
  }
  section[last] = value
  origins.set(key, origin)
}

function describe(problems: readonly ConfigProblem[], origins: ReadonlyMap<string, string>): string {
  const lines = problems.map(({ key, message }) => {
    const origin = [...origins].find(([known]) => key === known || key.startsWith(`${known}.`))?.[1]
    return `  ${key === '' ? '(the whole document)' : key} ${message}${origin === undefined ? '' : ` (${origin})`}`
  })
  return `the configuration is wrong:\n${lines.join('\n')}`
}
