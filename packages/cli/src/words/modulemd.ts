import type { Command } from 'commander'

/** Adds the commands of `mbs modulemd`. */
export function addModulemd(program: Command): void {
  const modulemd = program
    .command('modulemd')
    .description('modulemd documents; files may be compressed, - is standard input')
  modulemd
    .command('check')
    .description('validate documents and list every problem; exits with 1 if any file is refused')
    .argument('<file...>')
    .option('--strict', 'refuse unknown keys, as build systems do', false)
    .action(async (files: string[], options: { strict: boolean }, command: Command) =>
      (await import('../commands/modulemd/check.ts')).modulemdCheck(
        command.optsWithGlobals(),
        files,
        options,
      ),
    )
  modulemd
    .command('lint')
    .description('review documents; exits with 1 when there is an error or a warning')
    .argument('<file...>')
    .option('--policy <file>', 'rules of a distribution, as YAML')
    .option('--specs <folder>', 'folder with the specs of components, NAME.spec or NAME/NAME.spec')
    .option('--notes', 'print notes, too', false)
    .action(
      async (
        files: string[],
        options: { policy?: string; specs?: string; notes: boolean },
        command: Command,
      ) =>
        (await import('../commands/modulemd/lint.ts')).modulemdLint(
          command.optsWithGlobals(),
          files,
          options,
        ),
    )
  modulemd
    .command('print')
    .description("print the documents of a file in libmodulemd's canonical form")
    .argument('<file>')
    .option(
      '--upgrade',
      'upgrade to the newest version; a packager document becomes streams and defaults',
      false,
    )
    .action(async (file: string, options: { upgrade: boolean }, command: Command) =>
      (await import('../commands/modulemd/print.ts')).modulemdPrint(command.optsWithGlobals(), file, options),
    )
  modulemd
    .command('context')
    .description('compute and print the contexts of built documents')
    .argument('<file>')
    .action(async (file: string, _options: unknown, command: Command) =>
      (await import('../commands/modulemd/context.ts')).modulemdContext(command.optsWithGlobals(), file),
    )
  modulemd
    .command('merge')
    .description('merge files into one, as package managers merge the metadata of repositories')
    .argument('<file...>')
    .requiredOption('-o, --output <file>', 'output file; - is standard output')
    .option('--override <file...>', 'files whose defaults replace those of the other files')
    .option('--strict-defaults', 'refuse conflicting defaults of the same age', false)
    .action(
      async (
        files: string[],
        options: { output: string; override?: string[]; strictDefaults: boolean },
        command: Command,
      ) =>
        (await import('../commands/modulemd/merge.ts')).modulemdMerge(
          command.optsWithGlobals(),
          files,
          options,
        ),
    )
}
