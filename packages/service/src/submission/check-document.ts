import type { ModuleStream } from '@mbs/modulemd'
import { UserError } from '../errors.ts'

/** What dist-git decides may not be said otherwise in the document (upstream: load_mmd_file rules). */
export function requireFits(document: ModuleStream, name: string, branch: string): void {
  const say = (key: string, message: string) => {
    throw new UserError(400, message, key)
  }
  if (document.name !== undefined && document.name !== name)
    say(
      'data.name',
      `the document names the module "${document.name}", its repository is "${name}"; leave the name out or make them equal`,
    )
  if (document.stream !== undefined && document.stream !== branch)
    say(
      'data.stream',
      `the document has the stream "${document.stream}", the branch is "${branch}"; leave the stream out or make them equal`,
    )
  if (document.version !== undefined)
    say('data.version', 'the version comes from the commit time; leave it out')
  if (document.xmd instanceof Map && document.xmd.has('mbs'))
    say('data.xmd.mbs', 'xmd.mbs belongs to the build service; leave it out')
  if (name === 'platform') say('scmurl', 'platform is a base module; it is configured, not built')
  if (document.components.modules.size > 0)
    say(
      'data.components.modules',
      'components from other modules are not supported yet; list their packages under components.rpms',
    )
}

/**
 * What a document may ask for and this service does not do yet is refused: built without it, the module would be
 * another one than its author means.
 */
export function requireSupported(document: ModuleStream, arches: readonly string[]): void {
  const faults: [string, string][] = []
  const runsHere = (wanted: readonly string[]) =>
    wanted.length === 0 || wanted.some((arch) => arches.includes(arch))
  const { buildopts } = document
  if (!runsHere(buildopts?.arches ?? []))
    faults.push(['data.buildopts.arches', `does not have ${arches.join(', ')}, for which it would be built`])
  if ((buildopts?.whitelist ?? []).length > 0)
    faults.push(['data.buildopts.rpms.whitelist', 'is not supported yet'])
  for (const [name, component] of document.components.rpms) {
    const path = `data.components.rpms.${name}`
    if (component.buildafter.length > 0)
      faults.push([`${path}.buildafter`, 'is not supported yet; use buildorder'])
    if (component.buildonly)
      faults.push([`${path}.buildonly`, 'is not supported yet; list its packages under filter'])
    if (component.buildroot) faults.push([`${path}.buildroot`, 'is not supported yet'])
    if (component.srpmBuildroot) faults.push([`${path}.srpm-buildroot`, 'is not supported yet'])
    if (component.name !== undefined)
      faults.push([`${path}.name`, 'is not supported yet; name the component as its package'])
    if (!runsHere(component.arches))
      faults.push([`${path}.arches`, `does not have ${arches.join(', ')}, for which it would be built`])
  }
  if (faults.length > 0)
    throw new UserError(422, faults.map(([path, what]) => `${path} ${what}`).join('; '), faults[0]?.[0])
}
