import type { Command } from 'commander'

/** Adds the options of a submission, for its plan and for the submission itself. */
export function withSubmissionOptions(command: Command): Command {
  return command
    .option('--scratch', 'scratch build: ends in done, never reused or composed')
    .option('--strategy <name>', 'rebuild strategy: all, changed-and-after, only-changed')
    .option('--reuse-from <build>', 'build to reuse components from: its id, or N:S:V:C')
    .option('--side-tag <tag>', 'side tag to record in the document')
    .option('--buildrequires <name:stream...>', "build against these streams instead of the document's")
    .option('--requires <name:stream...>', "require these streams at run time instead of the document's")
}
