import {
  ModulemdError,
  packagerToStreams,
  readPackager,
  readStream,
  type ModuleDependencies,
  type ModuleStream,
  type Xmd,
} from '@mbs/modulemd'
import { UserError } from '../../errors.ts'
import { keepsContext } from './own-mbs-data.ts'

/** A document from which builds are made; with a context that its author chose, exactly one build. */
export interface Variant {
  document: ModuleStream
  /** The context that the build keeps, whatever it is built against. */
  staticContext?: string
}

/**
 * Reads the variants of a file: one document, or one for each static context. A packager's document of version 3 has
 * configurations, a document of version 2 may have `xmd.mbs_options.contexts`, and a stream with `static_context` is
 * itself the only variant (upstream: process_module_context_configuration).
 *
 * @param baseModules modules that are removed from the runtime requirements of packager's documents, as upstream does
 * @throws UserError (422 for text that is not modulemd, 400 for invalid contexts) with the place of every fault
 */
export function readVariants(text: string, file: string, baseModules: readonly string[]): Variant[] {
  const { stream, problems } = readStream(text, { strict: true })
  if (stream === undefined) throw notModulemd(file, problems)
  const { document } = readPackager(text)
  if (document?.kind === 'modulemd-packager') return configurationsOf(document, file, baseModules)
  const contexts = contextsOption(stream)
  if (contexts !== undefined) return optionsOf(stream, contexts)
  if (stream.context === undefined) return [{ document: stream }]
  if (!stream.staticContext && !keepsContext(stream))
    throw new UserError(
      400,
      'the context is computed from the dependencies; leave it out, or write static_context: true',
      'data.context',
    )
  return [{ document: stream, staticContext: checkedContext(stream.context, 'data.context') }]
}

function configurationsOf(
  packager: Parameters<typeof packagerToStreams>[0],
  file: string,
  baseModules: readonly string[],
): Variant[] {
  try {
    return packagerToStreams(packager).flatMap((made) =>
      made.kind === 'modulemd'
        ? [
            {
              document: {
                ...made,
                dependencies: made.dependencies.map((block) => withoutBases(block, baseModules)),
              },
              staticContext: checkedContext(made.context ?? '', 'data.configurations'),
            },
          ]
        : [],
    )
  } catch (error) {
    if (error instanceof ModulemdError) throw notModulemd(file, error.problems)
    throw error
  }
}

function withoutBases(block: ModuleDependencies, baseModules: readonly string[]): ModuleDependencies {
  return { ...block, requires: new Map([...block.requires].filter(([name]) => !baseModules.includes(name))) }
}

/**
 * Reads `xmd.mbs_options.contexts`: each context has `buildrequires` and `requires`, with one stream for each module.
 */
function optionsOf(document: ModuleStream, contexts: Xmd): Variant[] {
  const path = 'data.xmd.mbs_options.contexts'
  if (!(contexts instanceof Map) || contexts.size === 0)
    throw new UserError(400, `${path} must be a map of contexts; name at least one`, path)
  return [...contexts].map(([context, entry]) => {
    const place = `${path}.${context}`
    const part = (key: 'buildrequires' | 'requires') =>
      singleStreams(entry instanceof Map ? entry.get(key) : undefined, `${place}.${key}`)
    return {
      document: {
        ...withoutContexts(document),
        dependencies: [{ buildrequires: part('buildrequires'), requires: part('requires') }],
      },
      staticContext: checkedContext(context, place),
    }
  })
}

function singleStreams(value: Xmd | undefined, path: string): Map<string, string[]> {
  if (!(value instanceof Map))
    throw new UserError(400, `${path} must be a map of modules to one stream each; write {} for none`, path)
  return new Map(
    [...value].map(([name, stream]) => {
      if (typeof stream !== 'string' || stream === '' || stream.startsWith('-'))
        throw new UserError(400, `${path}.${name} must be the name of one stream`, path)
      return [name, [stream]]
    }),
  )
}

/** Checks a context: it becomes part of the names of tags and folders (libmodulemd: MMD_MAXCONTEXTLEN). */
function checkedContext(context: string, path: string): string {
  if (!/^[A-Za-z0-9_]{1,13}$/.test(context))
    throw new UserError(
      400,
      `"${context}" cannot be a context; use up to 13 letters, digits and underscores`,
      path,
    )
  return context
}

function contextsOption({ xmd }: ModuleStream): Xmd | undefined {
  const options = xmd instanceof Map ? xmd.get('mbs_options') : undefined
  return options instanceof Map ? options.get('contexts') : undefined
}

/** Removes the list of contexts: the build of one context does not need to know the others. */
function withoutContexts(document: ModuleStream): ModuleStream {
  if (!(document.xmd instanceof Map)) return document
  const options = document.xmd.get('mbs_options')
  const others = options instanceof Map ? [...options].filter(([key]) => key !== 'contexts') : []
  const xmd = new Map<string, Xmd>([...document.xmd].filter(([key]) => key !== 'mbs_options'))
  if (others.length > 0) xmd.set('mbs_options', new Map(others))
  return { ...document, xmd }
}

function notModulemd(file: string, problems: ConstructorParameters<typeof ModulemdError>[0]): UserError {
  return new UserError(422, `${file} is not valid modulemd: ${new ModulemdError(problems).message}`, file)
}
