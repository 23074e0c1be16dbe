import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Schemas } from '@mbs/client'
import { CommandError, exitCodes, messageOf } from './exit.ts'

/** Options of a submission or its plan, besides the place of the module. */
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

/** Returns the options in the form of the API. */
export function submissionParameters(options: SubmissionOptions): Schemas['Submission'] {
  const { scratch, strategy, reuseFrom, sideTag } = options
  return {
    ...(scratch === true ? { scratch } : {}),
    ...(strategy === undefined ? {} : { rebuild_strategy: strategy }),
    ...(reuseFrom === undefined ? {} : { reuse_components_from: reuseFrom }),
    ...(sideTag === undefined ? {} : { side_tag: sideTag }),
    ...(options.buildrequires === undefined
      ? {}
      : { buildrequire_overrides: overridesOf(options.buildrequires) }),
    ...(options.requires === undefined ? {} : { require_overrides: overridesOf(options.requires) }),
  }
}

/** Largest document that the service accepts in a request. */
const documentBytesMax = 1024 * 1024

/** Returns the place of a module in the form of the API: a commit in dist-git, or the content of a file. */
export function placeOf(target: string, branch: string | undefined): Schemas['Submission'] {
  if (isScmUrl(target)) {
    if (branch === undefined)
      throw new CommandError(exitCodes.usage, 'a commit in dist-git needs its branch, which is the stream')
    return { scmurl: target, branch }
  }
  const { name } = nameOf(target)
  return {
    modulemd: readText(target),
    ...(name === undefined ? {} : { module_name: name }),
    ...(branch === undefined ? {} : { module_stream: branch }),
  }
}

/** Returns whether the target is a commit in dist-git and not a file. */
export function isScmUrl(target: string): boolean {
  return /^[a-z+]+:\/\//.test(target)
}

/** Returns the module name from the name of its file. The service uses it when the document has no name. */
export function nameOf(file: string): { name?: string } {
  return file === '-' ? {} : { name: path.basename(file).replace(/\.ya?ml$/, '') }
}

function readText(file: string): string {
  try {
    if (file !== '-' && statSync(file).size > documentBytesMax)
      throw new Error(`it is larger than ${documentBytesMax / 1024} KB`)
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new CommandError(
      exitCodes.usage,
      `${file} is neither a scmurl nor a file that can be read (${messageOf(error)})`,
    )
  }
}

/** Converts pairs such as `gtk:3 gtk:4` to the form of the API. */
function overridesOf(pairs: readonly string[]): Record<string, string[]> {
  const streams = Map.groupBy(
    pairs.map((pair) => {
      const [, name, stream] = /^([^:]+):([^:]+)$/.exec(pair) ?? []
      if (name === undefined || stream === undefined)
        throw new CommandError(exitCodes.usage, `"${pair}" is not NAME:STREAM`)
      return { name, stream }
    }),
    ({ name }) => name,
  )
  return Object.fromEntries([...streams].map(([name, all]) => [name, all.map(({ stream }) => stream)]))
}
