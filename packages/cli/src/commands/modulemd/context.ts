import { computeContexts, formatProblem, ModulemdError, readDrafts, type ModuleStream } from '@mbs/modulemd'
import { mbsDataOf } from '@mbs/service/plan'
import { CommandError, exitCodes } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { readInput } from '../../modulemd-input.ts'
import { report } from '../../report.ts'

/**
 * `mbs modulemd context`: computes the contexts of built documents from the modules that they were built
 * against.
 */
export function modulemdContext(global: GlobalOptions, file: string): void {
  const { index, drafts, problems } = readDrafts(readInput(file))
  const documents = [...index.documents, ...drafts].filter((document) => document.kind === 'modulemd')
  if (documents.length === 0)
    throw new CommandError(
      exitCodes.failed,
      `${file} has no stream document${problems.length === 0 ? '' : `: ${new ModulemdError(problems).message}`}`,
    )
  for (const problem of problems) console.error(`mbs: ${file}: left out: ${formatProblem(problem)}`)
  const contexts = documents.map((document) => contextsOf(document, file))
  report(global.json, contexts.length === 1 ? contexts[0] : contexts, () =>
    contexts.flatMap((one) => Object.entries(one).map(([name, value]) => `${name} ${value}`)),
  )
}

function contextsOf(document: ModuleStream, file: string) {
  const { name = '', stream = '', dependencies } = document
  const { buildrequires } = mbsDataOf(document)
  if (buildrequires.size === 0)
    throw new CommandError(
      exitCodes.failed,
      `${file}: ${name}:${stream} has no xmd.mbs.buildrequires, which determine its contexts; ` +
        '"mbs plan FILE --universe MODULES_YAML" shows its contexts',
    )
  const { buildContext, buildContextNoBms, runtimeContext, context } = computeContexts({
    buildrequires: new Map([...buildrequires].map(([module, entry]) => [module, entry.stream])),
    requires: dependencies.map(({ requires }) => requires),
  })
  return {
    name,
    stream,
    build_context: buildContext,
    build_context_no_bms: buildContextNoBms,
    runtime_context: runtimeContext,
    context,
  }
}
