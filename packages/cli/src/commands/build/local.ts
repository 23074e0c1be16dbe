import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Api } from '../../api.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { createCompose } from '../compose/create.ts'
import { finish } from './watch.ts'
import { load } from '../service/serve.ts'

interface Source {
  scmurl: string
  branch: string
  /** URL prefix that the service must allow. */
  allowed: string
}

/** Options of `mbs build local`. */
export interface LocalOptions {
  branch?: string
  stream?: string
  platform?: string
  platformRepo?: string[]
  offline?: boolean
  setDefaultStream?: string[]
  addLocalBuild?: string[]
  rpms?: string
  lookaside?: string
}

/** `mbs build local`: runs a service for one build, on a free port, in this process. */
export async function buildLocal(
  global: GlobalOptions,
  target: string,
  options: LocalOptions,
): Promise<void> {
  const published = await publishedOf(global, options)
  const streams = defaultStreams({
    ...options,
    ...(published === undefined ? {} : { platform: published.stream }),
  })
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'mbs-local-'))
  try {
    const source = named(sourceOf(target, options.branch, scratch), options.stream, scratch)
    const { loadConfig, serve } = await import('@mbs/service')
    const { config } = load(() =>
      loadConfig(global.config, {
        ...localOverrides(load(() => loadConfig(global.config)).config),
        roles: ['api', 'scheduler'],
        'scm.allowed': [source.allowed],
        ...(published === undefined ? {} : { platforms: { [published.stream]: published.config } }),
        ...(Object.keys(streams).length === 0 ? {} : { 'expansion.defaultStreams': streams }),
        ...(options.rpms === undefined ? {} : { 'scm.rpms': options.rpms }),
        ...(options.lookaside === undefined ? {} : { 'scm.lookaside': options.lookaside }),
      }),
    )
    const service = await serve(config, { progress: (sentence) => console.error(`mbs: ${sentence}`) })
    try {
      const api = new Api(service.url)
      for (const wanted of options.addLocalBuild ?? []) await requireLocalBuild(api, wanted)
      const builds = await api.submit({ scmurl: source.scmurl, branch: source.branch })
      for (const { id } of builds) {
        const { components } = await finish(global, api, id)
        const failed = components.find((one) => one.state_name === 'FAILED')
        if (failed !== undefined)
          console.error(`mbs: to find the reason: mbs build shell --local ${id} ${failed.package}`)
      }
      if (process.exitCode === undefined && !global.json) {
        const built = await Promise.all(builds.map(({ id }) => api.build(id)))
        for (const platform of new Set(built.map((build) => build.platform ?? ''))) {
          const { latest } = await createCompose(api, platform)
          for (const url of Object.values(latest))
            console.log(url.replace('/repos/', `file://${service.composesDir}/`))
        }
      }
    } finally {
      await service.stop()
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * Returns the platform made of published repositories, if the options ask for one. It is then the only
 * platform.
 */
async function publishedOf(
  global: GlobalOptions,
  { platform, platformRepo = [], offline = false }: LocalOptions,
) {
  if (platformRepo.length === 0 && !offline) return undefined
  const { loadConfig, publishedPlatform } = await import('@mbs/service')
  const { platforms } = load(() => loadConfig(global.config)).config
  return publishedPlatform(
    { stream: platform, places: platformRepo, host: offline },
    (name) => platforms[name],
  )
}

/**
 * Returns the settings that differ from the configuration for a service that runs for one command, with its own
 * data.
 */
export function localOverrides({ dataDir }: { dataDir: string }): Record<string, unknown> {
  return {
    // A running service with this configuration has other rules for sources, so the two must not share a queue.
    dataDir: path.join(dataDir, 'local'),
    'database.url': undefined,
    'bus.url': undefined,
    'http.port': 0,
    'log.level': 'warn',
  }
}

/**
 * Returns the stream to use where a module has several: the streams of --set-default-stream, those of the
 * requested local builds, and the platform.
 */
function defaultStreams({
  platform,
  setDefaultStream = [],
  addLocalBuild = [],
}: LocalOptions): Record<string, string> {
  const named = [...setDefaultStream, ...addLocalBuild.filter((build) => build.includes(':'))].map((text) => {
    const [name = '', stream = ''] = text.split(':')
    if (name === '' || stream === '') throw new CommandError(exitCodes.usage, `"${text}" is not NAME:STREAM`)
    return [name, stream] as const
  })
  return Object.fromEntries([...named, ...(platform === undefined ? [] : [['platform', platform] as const])])
}

/** Requires an earlier local build on this machine: `NAME`, `NAME:STREAM` or `NAME:STREAM:VERSION`. */
async function requireLocalBuild(api: Api, wanted: string): Promise<void> {
  const { items } = await api.builds({ nsvc: wanted, state: 'ready', per_page: '1' })
  if (items.length === 0)
    throw new CommandError(exitCodes.failed, `${wanted} has not been built here; build it first`)
}

/**
 * Returns the same commit on a branch that is named after the stream. The branch is made in a clone, because
 * the repository belongs to the user.
 */
function named(source: Source, stream: string | undefined, scratch: string): Source {
  if (stream === undefined || stream === source.branch) return source
  const [url = '', commit = ''] = source.scmurl.split('?#')
  const clone = path.join(scratch, 'named', path.basename(url).replace(/\.git$/, ''))
  execFileSync('git', ['clone', '--quiet', '--', url, clone], { stdio: ['ignore', 'ignore', 'inherit'] })
  git(clone, 'checkout', '--quiet', '-B', stream, commit)
  const allowed = pathToFileURL(clone).href
  return { scmurl: `${allowed}?#${git(clone, 'rev-parse', 'HEAD')}`, branch: stream, allowed }
}

function sourceOf(target: string, branch: string | undefined, scratch: string): Source {
  if (/^[a-z+]+:\/\//.test(target)) return sourceOfUrl(target, branch, scratch)
  const given = path.resolve(target)
  if (!existsSync(given))
    throw new CommandError(
      exitCodes.usage,
      `there is no ${target}; give a folder with NAME.yaml, or a scmurl`,
    )
  const folder = statSync(given).isDirectory() ? given : path.dirname(given)
  return sourceOfRepository(
    existsSync(path.join(folder, '.git')) ? folder : repositoryFrom(given, branch, scratch),
    branch,
  )
}

/** Returns the source of a scmurl. A file:// URL without a commit is treated like a local path. */
function sourceOfUrl(url: string, branch: string | undefined, scratch: string): Source {
  if (url.startsWith('file://') && !url.includes('#')) return sourceOf(new URL(url).pathname, branch, scratch)
  if (branch === undefined)
    throw new CommandError(exitCodes.usage, 'a scmurl needs --branch, which is the stream')
  return { scmurl: url, branch, allowed: url.replace(/[?#].*$/, '') }
}

function sourceOfRepository(folder: string, branch: string | undefined): Source {
  const commit = git(folder, 'rev-parse', branch ?? 'HEAD')
  if (git(folder, 'status', '--porcelain') !== '')
    console.error(`mbs: ${folder} has changes that are not committed; they are not built`)
  const url = pathToFileURL(folder).href
  return {
    scmurl: `${url}?#${commit}`,
    branch: branch ?? git(folder, 'symbolic-ref', '--short', 'HEAD'),
    allowed: url,
  }
}

/** Makes a repository with one commit from a folder or a document that is in no repository. */
function repositoryFrom(given: string, branch: string | undefined, scratch: string): string {
  const isFolder = statSync(given).isDirectory()
  const documents = isFolder
    ? readdirSync(given).filter((file) => file.endsWith('.yaml'))
    : [path.basename(given)]
  const [document] = documents
  if (documents.length !== 1 || document === undefined)
    throw new CommandError(exitCodes.usage, `expected one NAME.yaml in ${given}, found ${documents.length}`)
  const repository = path.join(scratch, path.basename(document, '.yaml'))
  mkdirSync(repository)
  const file = isFolder ? path.join(given, document) : given
  cpSync(file, path.join(repository, document))
  const date = statSync(file).mtime.toISOString()
  git(repository, 'init', '--quiet', '--initial-branch', branch ?? 'local')
  git(repository, 'add', '--', document)
  const identity = ['-c', 'user.name=mbs', '-c', 'user.email=mbs@localhost']
  execFileSync('git', [...identity, 'commit', '--quiet', '--message', document], {
    cwd: repository,
    env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  })
  return repository
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim()
}
