import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { CommandError, exitCodes } from './exit.ts'

/** What a submission or its plan may be told beside the place of its module. */
export interface SubmissionOptions {
  scratch?: boolean
  /** Source packages that are built in place of their components' repositories. */
  srpm?: string[]
  strategy?: string
  reuseFrom?: string
  sideTag?: string
  buildrequires?: string[]
  requires?: string[]
}

/** The options as the API takes them. */
export function submissionParameters(options: SubmissionOptions): Record<string, unknown> {
  const { scratch, strategy, reuseFrom, sideTag } = options
  return {
    ...(scratch === true ? { scratch } : {}),
    ...(strategy === undefined ? {} : { rebuild_strategy: strategy }),
    ...(reuseFrom === undefined ? {} : { reuse_components_from: reuseFrom }),
    ...(sideTag === undefined ? {} : { side_tag: sideTag }),
    ...overrides('buildrequire_overrides', options.buildrequires),
    ...overrides('require_overrides', options.requires),
  }
}

/** What the service takes in a request. */
const documentBytesMax = 1024 * 1024

/** Where a module is, as the API takes it: a commit in dist-git, or a file, which is sent. */
export function placeOf(target: string, branch: string | undefined): Record<string, string> {
  if (/^[a-z+]+:\/\//.test(target)) {
    if (branch === undefined)
      throw new CommandError(exitCodes.usage, 'a commit in dist-git needs its branch, which is the stream')
    return { scmurl: target, branch }
  }
  const name = path.basename(target).replace(/\.ya?ml$/, '')
  return {
    modulemd: readText(target),
    ...(name === '-' ? {} : { module_name: name }),
    ...(branch === undefined ? {} : { module_stream: branch }),
  }
}

function readText(file: string): string {
  try {
    if (file !== '-' && statSync(file).size > documentBytesMax)
      throw new Error(`it is larger than ${documentBytesMax / 1024} KB`)
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new CommandError(
      exitCodes.usage,
      `${file} is neither a scmurl nor a file that can be read (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}

/** `gtk:3 gtk:4` as what the API takes. */
function overrides(key: string, pairs: readonly string[] | undefined): Record<string, unknown> {
  if (pairs === undefined) return {}
  const streams = Map.groupBy(
    pairs.map((pair) => {
      const [, name, stream] = /^([^:]+):([^:]+)$/.exec(pair) ?? []
      if (name === undefined || stream === undefined)
        throw new CommandError(exitCodes.usage, `"${pair}" is no NAME:STREAM`)
      return { name, stream }
    }),
    ({ name }) => name,
  )
  return {
    [key]: Object.fromEntries([...streams].map(([name, all]) => [name, all.map(({ stream }) => stream)])),
  }
}
