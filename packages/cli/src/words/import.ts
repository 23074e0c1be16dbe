import type { Command } from 'commander'
import type { ImportOptions } from '../commands/import/import.ts'
import type { RebuildOptions } from '../commands/import/rebuild.ts'

/** Adds the commands `mbs import` and `mbs diff-upstream`. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('import modules that were built elsewhere, to build against them')
    .argument(
      '<source>',
      'a repository (URL or folder), a file of modulemd documents (modules.yaml), another service (https://HOST/module-build-service), or a commit in dist-git',
    )
    .option('--module <name:stream...>', 'only these modules, by name or name:stream')
    .option('--packages <repository>', 'repository with the packages that the documents list')
    .option('--metadata-only', 'from a repository: import the documents without their packages', false)
    .option('--rebuild', 'build the modules again with the same stream, version, context and dist tag', false)
    .option('--platform <stream>', 'with --rebuild: build on this platform instead of the original one')
    .option(
      '--ref <ref>',
      'with --rebuild: git ref of the components; {stream} and {name} are those of the module',
    )
    .option('--plan', 'with --rebuild: only show the builds that would be made', false)
    .action(async (target: string, options: ImportOptions & RebuildOptions, command: Command) =>
      options.rebuild
        ? (await import('../commands/import/rebuild.ts')).importRebuild(
            command.optsWithGlobals(),
            target,
            options,
          )
        : (await import('../commands/import/import.ts')).importCommand(
            command.optsWithGlobals(),
            target,
            options,
          ),
    )

  program
    .command('diff-upstream')
    .description('compare modules with those of another source: packages, filters, profiles, api')
    .argument('<upstream>', 'a repository, a file of modulemd documents, or another service')
    .argument('[ours]', 'the same (default: the ready modules of the service)')
    .option('--module <name:stream...>', 'only these modules, by name or name:stream')
    .action(
      async (upstream: string, ours: string | undefined, options: { module?: string[] }, command: Command) =>
        (await import('../commands/import/diff-upstream.ts')).diffUpstream(
          command.optsWithGlobals(),
          upstream,
          ours,
          options,
        ),
    )
}
