import { ModulemdError, readStream, writeModulemd, type ModuleStream, type Xmd } from '@mbs/modulemd'
import { UserError } from '../../errors.ts'
import { publishedDistTag } from '../../modulebuilds/index.ts'
import type { Source } from './fetch-document.ts'
import type { Submission } from '../submission.ts'

/** How a published module is built again. */
export interface RebuildChoice {
  /** Stream of the base module, in place of the one that it was built on. */
  platform?: string
  /** In place of the components' refs; `{stream}` and `{name}` stand for those of the module. */
  ref?: string
}

/**
 * A submission that builds a published module again under its own stream, version, context and dist tag. What the build
 * service and the composer have added to its document is left out.
 *
 * @throws UserError 422 for a document that does not say all of these, 400 for a ref that cannot be
 */
export function rebuildOf(
  modulemd: string,
  { platform, ref }: RebuildChoice,
): Submission & { source: Extract<Source, { kind: 'published' }> } {
  const { stream: document, problems } = readStream(modulemd)
  if (document === undefined)
    throw new UserError(422, `it is no valid modulemd: ${new ModulemdError(problems).message}`, 'modulemd')
  const { name, stream, version, context } = document
  if (name === undefined || stream === undefined || version === undefined || context === undefined)
    throw new UserError(
      422,
      'it does not say its name, stream, version and context, under which it would be built again',
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

/** What others have published under a context that is no static one has no form in which it could be built. */
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
      throw new UserError(400, `${whole} stands for nothing in a ref; there are {stream} and {name}`, 'ref')
    return value
  })
}
