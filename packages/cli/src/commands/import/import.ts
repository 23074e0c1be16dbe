import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ModulemdError, readDrafts, writeModulemd, type ModuleStream } from '@mbs/modulemd'
import {
  completePublished,
  readPublishedModules,
  readPublishedPackages,
  type BaseModule,
  type PublishedPackage,
} from '@mbs/service/published'
import { Api } from '../../api.ts'
import { CommandError, exitCodes, messageOf } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { readInput } from '../../modulemd-input.ts'
import { report } from '../../report.ts'
import { importPackages } from './packages.ts'
import { readRemoteModules } from './remote.ts'

/** Options of `mbs import`. */
export interface ImportOptions {
  module?: string[]
  packages?: string
  metadataOnly: boolean
}

/** Documents from a source, and the repository with their packages, if the source has one. */
export interface Documents {
  streams: ModuleStream[]
  repository: string | undefined
  /** Messages about documents that are left out. */
  faults: string[]
}

/** The result of importing one module. */
interface Imported {
  module: string
  messages: string[]
  error?: string
}

/**
 * `mbs import`: imports modules that were built elsewhere, from a commit in dist-git, the documents of a file,
 * a repository, or another Module Build Service. A module that cannot be imported does not stop the import of
 * the others.
 */
export async function importCommand(
  global: GlobalOptions,
  target: string,
  options: ImportOptions,
): Promise<void> {
  const api = new Api(global.server, global.token)
  if (isScmUrl(target)) {
    const { messages } = await api.importModule({ scmurl: target })
    report(global.json, [{ module: target, messages }], () => messages)
    return
  }
  const { streams, repository, faults } = await documentsOf(target, options.module)
  const source = options.packages ?? (options.metadataOnly ? undefined : repository)
  const packages = source === undefined ? undefined : await readPublishedPackages(source)
  const imported: Imported[] = faults.map((error) => ({ module: target, messages: [], error }))
  for (const stream of basesFirst(streams)) {
    const one = await importStream(api, stream, packages)
    if (!global.json) for (const line of linesOf(one)) console.log(line)
    imported.push(one)
  }
  if (global.json) console.log(JSON.stringify(imported))
  else for (const fault of faults) console.error(`mbs: ${fault}`)
  if (imported.some(({ error }) => error !== undefined)) process.exitCode = exitCodes.failed
}

/**
 * Returns the streams of a file, a repository or another service. If the caller names modules, it returns only
 * those, with their base modules.
 */
export async function documentsOf(target: string, wanted: readonly string[] | undefined): Promise<Documents> {
  const { streams, repository, faults } = await readTarget(target, wanted)
  const chosen = streams.filter(
    ({ name = '', stream = '' }) =>
      wanted === undefined || wanted.some((text) => text === name || text === `${name}:${stream}`),
  )
  // Modules that were built on base modules need them.
  const bases = chosen.length === 0 ? [] : streams.filter(({ name }) => name === 'platform')
  if (chosen.length === 0)
    throw new CommandError(
      exitCodes.failed,
      `${target} has no ${wanted === undefined ? 'modules' : `stream of ${wanted.join(', ')}`}${faults.length === 0 ? '' : `: ${faults.join('; ')}`}`,
    )
  return { streams: [...new Set([...bases, ...chosen])], repository, faults }
}

async function readTarget(target: string, wanted: readonly string[] | undefined): Promise<Documents> {
  if (/^https?:\/\/.*\/module-build-service(\/|$)/.test(target))
    return { streams: await readRemoteModules(target, wanted), repository: undefined, faults: [] }
  if (/^[a-z+]+:\/\//.test(target) || existsSync(path.join(target, 'repodata'))) {
    const { streams, problems, url } = await readPublishedModules(target)
    return { streams, repository: url, faults: faultsOf(problems) }
  }
  const { index, problems } = readDrafts(readInput(target))
  index.upgrade()
  const streams = index.documents.filter((document) => document.kind === 'modulemd')
  return { streams, repository: undefined, faults: faultsOf(problems) }
}

function faultsOf(problems: ConstructorParameters<typeof ModulemdError>[0]): string[] {
  return problems.length === 0 ? [] : [new ModulemdError(problems).message]
}

function isScmUrl(target: string): boolean {
  return /^[a-z+]+:\/\/.*#/.test(target)
}

/** Base modules must be imported before the modules that were built on them. */
function basesFirst(streams: readonly ModuleStream[]): ModuleStream[] {
  return streams.toSorted((a, b) => Number(b.name === 'platform') - Number(a.name === 'platform'))
}

async function importStream(
  api: Api,
  stream: ModuleStream,
  packages: ReadonlyMap<string, PublishedPackage> | undefined,
): Promise<Imported> {
  const { name = '?', stream: of = '?', version = 0n, context = '00000000' } = stream
  const module = `${name}:${of}:${version}:${context}`
  try {
    const builds =
      packages === undefined
        ? []
        : await withFolder((folder) => importPackages(api, stream, packages, folder))
    const bases = await basesOf(api)
    // The configuration already describes this platform.
    if (name === 'platform' && bases.some((base) => base.stream === of))
      return { module, messages: [`${name}:${of} is already imported`] }
    const completed = name === 'platform' ? stream : completePublished(stream, bases)
    const { messages } = await api.importModule({ modulemd: writeModulemd([completed]), builds })
    return { module, messages }
  } catch (error) {
    if (error instanceof CommandError && error.code === exitCodes.unreachable) throw error
    return { module, messages: [], error: messageOf(error) }
  }
}

/**
 * Returns the base modules of the service, the lowest stream version first. A module that was built on an older
 * one can also be used on newer ones.
 */
async function basesOf(api: Api): Promise<BaseModule[]> {
  const { items } = await api.builds({ name: 'platform', state: 'ready', per_page: '1000' })
  return items
    .toSorted((a, b) => (a.stream_version ?? 0) - (b.stream_version ?? 0))
    .map(({ name, stream, version, context, virtual_streams: virtualStreams }) => ({
      name,
      stream,
      version,
      context,
      virtualStreams,
    }))
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-import-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function linesOf({ module, messages, error }: Imported): string[] {
  return error === undefined ? messages : [`${module}: ${error}`]
}
