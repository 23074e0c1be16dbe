import type { Command } from 'commander'

/** Adds the commands for the service itself. */
export function addService(program: Command): void {
  program
    .command('serve')
    .description(
      'run the service: API, scheduler, builds and repositories in one process, or only some roles',
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one')
    .option('--role <role...>', 'roles of this process: api, scheduler (default: both)')
    .action(async (options: { port?: string; role?: string[] }, command: Command) =>
      (await import('../commands/service/serve.ts')).serveCommand(command.optsWithGlobals(), options),
    )

  program
    .command('config')
    .description('print the effective configuration and the source of each value; `check` only validates it')
    .argument('[check]')
    .action(async (check: string | undefined, _options: unknown, command: Command) =>
      (await import('../commands/service/config.ts')).configCommand(command.optsWithGlobals(), check),
    )
}
