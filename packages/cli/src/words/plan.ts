import type { Command } from 'commander'
import type { SubmissionOptions } from '../submission-options.ts'
import { withSubmissionOptions } from './submission.ts'

/** Adds the command `mbs plan`. */
export function addPlan(program: Command): void {
  withSubmissionOptions(program.command('plan'))
    .description(
      'show how a module would be built: contexts, batches, components to build or reuse, with reasons',
    )
    .argument('<scmurl|file>', 'a commit in dist-git or a modulemd file; - is standard input')
    .option('--branch <branch>', 'branch of the commit; names the stream')
    .option(
      '--universe <file>',
      'plan without a service, against the modules of this file, such as the modules.yaml of a repository',
    )
    .action(
      async (
        target: string,
        options: SubmissionOptions & { universe?: string; branch?: string },
        command: Command,
      ) => (await import('../commands/plan/plan.ts')).planCommand(command.optsWithGlobals(), target, options),
    )
}
