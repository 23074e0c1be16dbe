import type { ModuleStream, Xmd } from '@mbs/modulemd'
import { UserError } from '../../errors.ts'

/** The keys that the author of a privileged module may set in xmd.mbs, and the form of each value. */
const allowed: Readonly<Record<string, { is: (value: Xmd) => boolean; form: string }>> = {
  disttag_marking: {
    is: (value) => /^[A-Za-z0-9._]+$/.test(textOf(value)),
    form: 'letters, digits, . and _',
  },
  koji_tag_arches: {
    is: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((one) => /^\w+$/.test(textOf(one))),
    form: 'a list of arches',
  },
  // YAML and xmd write a boolean in these ways.
  static_context: { is: (value) => /^(?:true|false)$/i.test(textOf(value)), form: 'TRUE or FALSE' },
}

/**
 * Checks the xmd.mbs of a submitted document. Only a privileged module may have one (upstream:
 * ALLOWED_PRIVILEGED_MODULE_NAMES).
 *
 * @throws UserError (400) that names the key
 */
export function checkMbsData(document: Pick<ModuleStream, 'xmd' | 'context'>, isPrivileged: boolean): void {
  const mbs = mapOf(document.xmd).get('mbs')
  if (mbs === undefined) return
  const place = 'data.xmd.mbs'
  if (!isPrivileged) throw new UserError(400, 'xmd.mbs belongs to the build service; leave it out', place)
  if (!(mbs instanceof Map)) throw new UserError(400, 'xmd.mbs must be a map', place)
  for (const [key, value] of mbs) {
    const rule = Object.hasOwn(allowed, key) ? allowed[key] : undefined
    if (rule === undefined)
      throw new UserError(
        400,
        `xmd.mbs belongs to the build service; leave ${key} out, this module may only have ${Object.keys(allowed).join(', ')}`,
        `${place}.${key}`,
      )
    if (!rule.is(value)) throw new UserError(400, `xmd.mbs.${key} must be ${rule.form}`, `${place}.${key}`)
  }
  if (keepsContext(document) && document.context === undefined)
    throw new UserError(
      400,
      'xmd.mbs.static_context keeps data.context; write that, or leave it out',
      `${place}.static_context`,
    )
}

/** Returns whether the author asks in xmd.mbs to keep the context of the document. */
export function keepsContext({ xmd }: Pick<ModuleStream, 'xmd'>): boolean {
  const value = mapOf(mapOf(xmd).get('mbs')).get('static_context')
  return value !== undefined && /^true$/i.test(textOf(value))
}

/**
 * Returns the arches that the author of a privileged module sets. {@link checkMbsData} refuses them in other modules.
 */
export function ownArches({ xmd }: Pick<ModuleStream, 'xmd'>): string[] {
  const arches = mapOf(mapOf(xmd).get('mbs')).get('koji_tag_arches')
  return Array.isArray(arches) ? arches.filter((arch) => typeof arch === 'string') : []
}

function mapOf(value: Xmd | undefined): ReadonlyMap<string, Xmd> {
  return value instanceof Map ? value : new Map<string, Xmd>()
}

function textOf(value: Xmd): string {
  return typeof value === 'object' ? '' : String(value)
}
