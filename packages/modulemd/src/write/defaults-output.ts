import type { Intent, ModuleDefaults } from '../module-defaults.ts'
import { flowSet, guarded, optional, plain, quoted, record, table } from './build-output.ts'
import type { Output } from './output.ts'

/**
 * Lays out the `data` of a defaults document with the key order and styles of libmodulemd 2.15
 * (`..._defaults_v1_emit_yaml`).
 */
export function defaultsOutput({ module, modified, stream, profiles, intents }: ModuleDefaults): Output {
  return record([
    ['module', guarded(module)],
    ['modified', modified ? plain(modified.toString()) : undefined],
    ['stream', stream === undefined ? undefined : quoted(stream)],
    ['profiles', table(profiles, flowSet)],
    ['intents', table(intents ?? new Map<string, Intent>(), intentOutput)],
  ])
}

function intentOutput({ stream, profiles }: Intent): Output {
  return record([
    ['stream', stream === undefined ? undefined : quoted(stream)],
    ['profiles', optional(profiles, (own) => table(own, flowSet) ?? record([]))],
  ])
}
