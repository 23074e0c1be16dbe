import type { Command } from 'commander'

/** Adds the commands of `mbs compose`. */
export function addCompose(program: Command): void {
  program
    .command('compose')
    .description('composes: repositories of ready modules')
    .command('create')
    .description('make one repository per arch of all ready modules of a platform')
    .argument('[platform]', 'name of the platform', 'host')
    .action(async (platform: string, _options: unknown, command: Command) =>
      (await import('../commands/compose/create.ts')).composeCreate(command.optsWithGlobals(), platform),
    )
}
