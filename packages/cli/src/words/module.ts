import type { Command } from 'commander'

/** Adds the commands for streams and their components. */
export function addModule(program: Command): void {
  const module = program.command('module').description('streams and their end of life')
  module
    .command('retire')
    .description(
      'set the end of life of a stream: the service then refuses builds, and composes publish an obsoletes document',
    )
    .argument('<name:stream>')
    .requiredOption('--eol <day>', 'first day without builds, YYYY-MM-DD')
    .requiredOption('--reason <text>', 'reason, for users of the stream')
    .option('--obsoleted-by <name:stream>', 'stream that replaces it')
    .action(
      async (
        stream: string,
        options: { eol: string; reason: string; obsoletedBy?: string },
        command: Command,
      ) =>
        (await import('../commands/module/retirement.ts')).moduleRetire(
          command.optsWithGlobals(),
          stream,
          options,
        ),
    )
  module
    .command('revive')
    .description('take back the end of life of a stream')
    .argument('<name:stream>')
    .action(async (stream: string, _options: unknown, command: Command) =>
      (await import('../commands/module/retirement.ts')).moduleRevive(command.optsWithGlobals(), stream),
    )
  module
    .command('retired')
    .description('list the streams that have an end of life')
    .action(async (_options: unknown, command: Command) =>
      (await import('../commands/module/retirement.ts')).moduleRetired(command.optsWithGlobals()),
    )

  program
    .command('where')
    .description('list the streams, contexts and composes that contain a component')
    .argument('<component>')
    .action(async (component: string, _options: unknown, command: Command) =>
      (await import('../commands/module/rebuild.ts')).whereCommand(command.optsWithGlobals(), component),
    )

  program
    .command('rebuild')
    .description(
      'rebuild all streams that contain a component, from the current commit of its ref or from another ref',
    )
    .requiredOption('--component <name>', 'name of the component')
    .option('--ref <ref>', 'git ref to build the component from')
    .option('--stream <name:stream...>', 'only these streams')
    .option('--plan', 'only show the builds that would be made', false)
    .action(
      async (
        options: { component: string; ref?: string; stream?: string[]; plan: boolean },
        command: Command,
      ) => (await import('../commands/module/rebuild.ts')).rebuildCommand(command.optsWithGlobals(), options),
    )
}
