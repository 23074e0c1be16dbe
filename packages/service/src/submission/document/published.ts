import { ModulemdError, readStream, writeModulemd, type ModuleStream, type Xmd } from '@mbs/modulemd'
import { UserError } from '../../errors.ts'
import { publishedDistTag } from '../../modulebuilds/index.ts'
import type { Source } from './fetch-document.ts'
import type { Submission } from '../submission.ts'

/** The options for a rebuild of a published module. */
export interface RebuildChoice {
  /** The stream of the base module that replaces the original one. */
  platform?: string
  /** The ref that replaces the components' refs; `{stream}` and `{name}` stand for those of the module. */
  ref?: string
}

/**
 * Returns a submission that builds a published module again under its own stream, version, context and dist tag.
 * Removes the data that the build service and the composer have added to its document.
 *
 * @throws UserError 422 for a document that lacks name, stream, version or context, or that cannot be built under its
 *   own context; 400 for an unknown placeholder in the ref
 */
export function rebuildOf(
  modulemd: string,
  { platform, ref }: RebuildChoice,
): Submission & { source: Extract<Source, { kind: 'published' }> } {
  const { stream: document, problems } = readStream(modulemd)
  if (document === undefined)
    throw new UserError(422, `it is not valid modulemd: ${new ModulemdError(problems).message}`, 'modulemd')
  const { name, stream, version, context } = document
  if (name === undefined || stream === undefined || version === undefined || context === undefined)
    throw new UserError(
      422,
      'it lacks its name, stream, version or context, which a rebuild needs',
      'modulemd',
    )
  const placed = ref === undefined ? undefined : placeRef(ref, { name, stream })
  const rpms = [...document.components.rpms].map(
    ([key, component]) => [key, placed === undefined ? component : { ...component, ref: placed }] as const,
  )
  const isOnPlatform = document.dependencies.some(({ buildrequires }) => buildrequires.has('platform'))
  const { arch: _arch, rpmMap: _rpmMap, xmd, ...plain } = document
  const clean: ModuleStream = {
    ...plain,
    staticContext: true,
    license: { ...document.license, content: [] },
    artifacts: [],
    ...(xmd === undefined ? {} : { xmd: withoutMbs(xmd) }),
    components: { ...document.components, rpms: new Map(rpms) },
  }
  return {
    source: {
      kind: 'published',
      modulemd: written(clean),
      name,
      stream,
      distTag: publishedDistTag({ name, stream, version: version.toString(), context }, document.artifacts),
    },
    options:
      platform === undefined || !isOnPlatform ? {} : { buildrequire_overrides: { platform: [platform] } },
  }
}

/**
 * Writes the document. The rebuild keeps its context as a static one, so a document with a context that is too long or
 * has other characters cannot be built again.
 */
function written(document: ModuleStream): string {
  try {
    return writeModulemd([document])
  } catch (error) {
    if (!(error instanceof ModulemdError)) throw error
    throw new UserError(422, `it cannot be built again under its own name: ${error.message}`, 'modulemd')
  }
}

function withoutMbs(xmd: Xmd): Xmd {
  return xmd instanceof Map ? new Map([...xmd].filter(([key]) => key !== 'mbs')) : xmd
}

function placeRef(template: string, values: { name: string; stream: string }): string {
  return template.replaceAll(/\{([^{}]*)\}/g, (whole, key: string) => {
    const value = key === 'name' ? values.name : key === 'stream' ? values.stream : undefined
    if (value === undefined)
      throw new UserError(400, `${whole} is unknown in a ref; use {stream} or {name}`, 'ref')
    return value
  })
}
