import type { ModuleObsoletes } from '../module-obsoletes.ts'
import { flag, guarded, optional, plain, quoted, record } from './build-output.ts'
import type { Output } from './output.ts'

/** Lays out the `data` of an obsoletes document with the key order and styles of libmodulemd 2.15. */
export function obsoletesOutput(obsoletes: ModuleObsoletes): Output {
  return record([
    ['modified', plain(obsoletes.modified)],
    ['reset', flag(obsoletes.isReset)],
    ['module', guarded(obsoletes.module)],
    ['stream', quoted(obsoletes.stream)],
    ['context', optional(obsoletes.context, guarded)],
    ['eol_date', optional(obsoletes.eolDate, plain)],
    ['message', guarded(obsoletes.message)],
    [
      'obsoleted_by',
      optional(obsoletes.obsoletedBy, ({ module, stream }) =>
        record([
          ['module', guarded(module)],
          ['stream', quoted(stream)],
        ]),
      ),
    ],
  ])
}
