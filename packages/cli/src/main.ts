// The command `mbs`: words and options here, each command in a file of its own that is loaded when it is called.
import { Command, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { exitCodes, fail } from './exit.ts'
import { addHubCommands } from './hub-commands.ts'
import type { LocalOptions } from './commands/build-local.ts'
import type { ImportOptions } from './commands/import.ts'
import type { RebuildOptions } from './commands/import-rebuild.ts'
import type { ShellFlags } from './commands/build-shell.ts'
import type { SubmissionOptions } from './submission-options.ts'

const program = new Command('mbs')
  .description(
    'Module Build Service: builds RPM modules from dist-git to a repository that dnf installs from',
  )
  .addOption(
    new Option('--server <url>', 'address of the service').env('MBS_URL').default('http://127.0.0.1:8600'),
  )
  .addOption(new Option('--token <token>', 'says who asks, where the service wants to know').env('MBS_TOKEN'))
  .option('--json', 'print JSON for programs instead of text for people', false)
  .option('-c, --config <file>', 'configuration for the commands that start a service (default: $MBS_CONFIG)')
  .version(manifest.version)
  .showHelpAfterError('(mbs --help tells more)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.success : exitCodes.usage))

program
  .command('serve')
  .description('run the service: API, scheduler, builds and repositories in one process, or a part of it')
  .option('--port <number>', 'port to listen on; 0 takes a free one')
  .option('--role <role...>', 'what this process does: api, scheduler (default: both)')
  .action(async (options: { port?: string; role?: string[] }, command: Command) =>
    (await import('./commands/serve.ts')).serveCommand(command.optsWithGlobals(), options),
  )

const withSubmissionOptions = (command: Command) =>
  command
    .option('--scratch', 'a build for a try: it ends with done, and never becomes part of anything')
    .option('--strategy <name>', 'what is built anew: all, changed-and-after, only-changed')
    .option('--reuse-from <build>', 'the build to take components from: its id, or N:S:V:C')
    .option('--side-tag <tag>', 'a side tag, which the document tells of')
    .option('--buildrequires <name:stream...>', "build against these streams instead of the document's")
    .option('--requires <name:stream...>', "require these streams at run time instead of the document's")

const build = program.command('build').description('module builds')
withSubmissionOptions(build.command('submit'))
  .description('submit a module: a commit in dist-git (https://HOST/modules/NAME?#COMMIT), or a file')
  .argument('<scmurl|file>')
  .argument('[branch]', 'the branch of that commit, which is the stream')
  .option(
    '--srpm <file...>',
    'with --scratch: source packages in place of the repositories of their components',
  )
  .option('--watch', 'follow the builds to their end', false)
  .action(
    async (
      target: string,
      branch: string | undefined,
      options: SubmissionOptions & { watch: boolean },
      command: Command,
    ) =>
      (await import('./commands/build-submit.ts')).buildSubmit(
        command.optsWithGlobals(),
        target,
        branch,
        options,
      ),
  )
build
  .command('explain')
  .description('tell what was decided for a build and why, and where it went otherwise than planned')
  .argument('<id>')
  .action(async (id: string, _options: unknown, command: Command) =>
    (await import('./commands/build-explain.ts')).buildExplain(command.optsWithGlobals(), number(id)),
  )
build
  .command('watch')
  .description('follow a build to its end; ends with 1 when it fails')
  .argument('<id>')
  .action(async (id: string, _options: unknown, command: Command) =>
    (await import('./commands/build-watch.ts')).buildWatch(command.optsWithGlobals(), number(id)),
  )
build
  .command('show')
  .description('show one build: state, components, what it waits for')
  .argument('<id>')
  .action(async (id: string, _options: unknown, command: Command) =>
    (await import('./commands/build-show.ts')).buildShow(command.optsWithGlobals(), number(id)),
  )
build
  .command('log')
  .description("print a component's log")
  .argument('<id>', 'the module build')
  .argument('<component>', "the component's name")
  .option('--root', 'the log of how its build root was made', false)
  .option('-f, --follow', 'go on while it is written', false)
  .action(
    async (id: string, component: string, options: { root: boolean; follow: boolean }, command: Command) =>
      (await import('./commands/build-log.ts')).buildLog(
        command.optsWithGlobals(),
        number(id),
        component,
        options,
      ),
  )
build
  .command('shell')
  .description("a shell in a component's build root, which is made again: on the service's machine")
  .argument('<id>', 'the module build')
  .argument('<component>', "the component's name")
  .argument('[command...]', 'after --: what is run in place of a shell')
  .option('--root', 'as root of the sandbox, who may install and change things', false)
  .option('--local', 'a build of mbs build local; no service needs to run', false)
  .action(async (id: string, component: string, words: string[], options: ShellFlags, command: Command) =>
    (await import('./commands/build-shell.ts')).buildShell(
      command.optsWithGlobals(),
      number(id),
      component,
      words,
      options,
    ),
  )
build
  .command('cancel')
  .description('cancel a build and stop what it started')
  .argument('<id>')
  .option('--reason <text>', 'why, for those who ask later')
  .action(async (id: string, options: { reason?: string }, command: Command) =>
    (await import('./commands/build-cancel.ts')).buildCancel(
      command.optsWithGlobals(),
      number(id),
      options.reason,
    ),
  )
build
  .command('list')
  .description('list builds, newest first')
  .option('--state <state>', 'only those in this state')
  .option('--name <name>', 'only those of this module')
  .option('--page <number>', 'which page', '1')
  .action(async (options: { state?: string; name?: string; page: string }, command: Command) =>
    (await import('./commands/build-list.ts')).buildList(command.optsWithGlobals(), options),
  )
build
  .command('retry')
  .description('let a failed build go on with another attempt at a component')
  .argument('<id>')
  .argument('<component>', "the component's name")
  .action(async (id: string, component: string, _options: unknown, command: Command) =>
    (await import('./commands/build-retry.ts')).buildRetry(command.optsWithGlobals(), number(id), component),
  )
build
  .command('diff')
  .description('tell what two builds differ in: modules, components, macros, build roots, sources')
  .argument('<id>')
  .argument('<other>')
  .action(async (id: string, other: string, _options: unknown, command: Command) =>
    (await import('./commands/build-diff.ts')).buildDiff(
      command.optsWithGlobals(),
      number(id),
      number(other),
    ),
  )
build
  .command('artifacts')
  .description('files of what a build has built')
  .command('get')
  .description('bring them here, each checked against its digest')
  .argument('<id>')
  .option('--into <folder>', 'where to', '.')
  .option('--logs', 'logs too', false)
  .action(async (id: string, options: { into: string; logs: boolean }, command: Command) =>
    (await import('./commands/build-artifacts.ts')).buildArtifactsGet(
      command.optsWithGlobals(),
      number(id),
      options,
    ),
  )
const local = (command: Command) =>
  command
    .description('build a module on this machine, without a server')
    .argument('<path-or-url>', "a folder with the module's git repository or its NAME.yaml, or a scmurl")
    .option('--branch <name>', 'branch and stream (default: the branch that is checked out)')
    .option('--stream <name>', 'the stream, where it is not to be that of the branch')
    .option('-p, --platform <name>', 'the platform, of a choice of several')
    .option(
      '-r, --platform-repo <place...>',
      'a repository (folder or URL) or a dnf .repo file: makes the platform, and its modules are there to build against',
    )
    .option('--offline', 'the same with the repositories that are enabled on this machine')
    .option('-s, --set-default-stream <name:stream...>', 'the stream of a module, of a choice of several')
    .option(
      '-l, --add-local-build <name:stream:version...>',
      'an earlier build of this machine that must be there; its stream is taken of a choice of several',
    )
    .option(
      '--rpms <url>',
      "before a component's name, its git repository (default: scm.rpms of the configuration)",
    )
    .option(
      '--lookaside <url>',
      'where archives of sources are (default: scm.lookaside of the configuration)',
    )
    .action(async (source: string, options: LocalOptions, self: Command) =>
      (await import('./commands/build-local.ts')).buildLocal(self.optsWithGlobals(), source, options),
    )
local(build.command('local'))
// The name under which the service that came before was told to do it.
local(program.command('build_module_locally', { hidden: true }))

withSubmissionOptions(program.command('plan'))
  .description(
    'tell what would become of a module: its contexts, its batches, what is built and what is reused, and why',
  )
  .argument('<scmurl|file>', 'a commit in dist-git, or the document; - is standard input')
  .option('--branch <branch>', 'the branch of that commit, which is the stream')
  .option(
    '--universe <file>',
    'no service: the modules to build against, such as modules.yaml of a repository',
  )
  .action(
    async (
      target: string,
      options: SubmissionOptions & { universe?: string; branch?: string },
      command: Command,
    ) => (await import('./commands/plan.ts')).planCommand(command.optsWithGlobals(), target, options),
  )

program
  .command('where')
  .description('tell which streams, contexts and releases have a component')
  .argument('<component>')
  .action(async (component: string, _options: unknown, command: Command) =>
    (await import('./commands/rebuild.ts')).whereCommand(command.optsWithGlobals(), component),
  )

program
  .command('rebuild')
  .description(
    'build all streams that have a component again, with what its ref names now or with another ref',
  )
  .requiredOption('--component <name>', 'the component')
  .option('--ref <ref>', 'what it is built from')
  .option('--stream <name:stream...>', 'these streams alone')
  .option('--plan', 'only tell what would be built', false)
  .action(
    async (
      options: { component: string; ref?: string; stream?: string[]; plan: boolean },
      command: Command,
    ) => (await import('./commands/rebuild.ts')).rebuildCommand(command.optsWithGlobals(), options),
  )

program
  .command('import')
  .description('bring in modules that were built elsewhere, to build against them')
  .argument(
    '<source>',
    'a repository (its URL or folder), a file of modulemd documents (modules.yaml), the address of another service (https://HOST/module-build-service), or a commit in dist-git',
  )
  .option('--module <name:stream...>', 'these modules alone, by name or name:stream')
  .option('--packages <repository>', 'where the packages are that the documents list')
  .option('--metadata-only', 'of a repository: without its packages', false)
  .option('--rebuild', 'build them again under the names, contexts and dist tags that they have', false)
  .option('--platform <stream>', 'with --rebuild: on this platform, whatever they were built on')
  .option(
    '--ref <ref>',
    'with --rebuild: what components are built from; {stream} and {name} stand for those of the module',
  )
  .option('--plan', 'with --rebuild: only tell what would be built', false)
  .action(async (target: string, options: ImportOptions & RebuildOptions, command: Command) =>
    options.rebuild
      ? (await import('./commands/import-rebuild.ts')).importRebuild(
          command.optsWithGlobals(),
          target,
          options,
        )
      : (await import('./commands/import.ts')).importCommand(command.optsWithGlobals(), target, options),
  )

program
  .command('diff-upstream')
  .description('tell how modules differ from those of another place: packages, filters, profiles, api')
  .argument('<upstream>', 'a repository, a file of modulemd documents, or the address of another service')
  .argument('[ours]', 'the same; without it the ready modules of the service')
  .option('--module <name:stream...>', 'these modules alone, by name or name:stream')
  .action(
    async (upstream: string, ours: string | undefined, options: { module?: string[] }, command: Command) =>
      (await import('./commands/diff-upstream.ts')).diffUpstream(
        command.optsWithGlobals(),
        upstream,
        ours,
        options,
      ),
  )

const module = program.command('module').description('streams and their end')
module
  .command('retire')
  .description('let a stream come to its end: nothing is built of it from then on, and composes tell of it')
  .argument('<name:stream>')
  .requiredOption('--eol <day>', 'the first day on which nothing is built, YYYY-MM-DD')
  .requiredOption('--reason <text>', 'why, for its users')
  .option('--obsoleted-by <name:stream>', 'what takes its place')
  .action(
    async (
      stream: string,
      options: { eol: string; reason: string; obsoletedBy?: string },
      command: Command,
    ) => (await import('./commands/module.ts')).moduleRetire(command.optsWithGlobals(), stream, options),
  )
module
  .command('revive')
  .description('take back that a stream comes to its end')
  .argument('<name:stream>')
  .action(async (stream: string, _options: unknown, command: Command) =>
    (await import('./commands/module.ts')).moduleRevive(command.optsWithGlobals(), stream),
  )
module
  .command('retired')
  .description('list the streams that have come to their end, or will')
  .action(async (_options: unknown, command: Command) =>
    (await import('./commands/module.ts')).moduleRetired(command.optsWithGlobals()),
  )

program
  .command('compose')
  .description('composes: repositories of ready modules')
  .command('create')
  .description('compose a repository per arch of all ready modules of a platform')
  .argument('[platform]', 'which platform', 'host')
  .action(async (platform: string, _options: unknown, command: Command) =>
    (await import('./commands/compose-create.ts')).composeCreate(command.optsWithGlobals(), platform),
  )

const effects = program.command('effects').description('what the service has to do, for operators')
effects
  .command('list')
  .description('list effects that are queued or that a bug has parked, newest first')
  .option('--state <state>', 'only those in this state: queued, done, failed, parked, canceled')
  .option('--subject <subject>', 'only those of one build or compose, such as module-build:7')
  .action(async (options: { state?: string; subject?: string }, command: Command) =>
    (await import('./commands/effects.ts')).effectsList(command.optsWithGlobals(), options),
  )
effects
  .command('retry')
  .description('try an effect again that a bug has parked')
  .argument('<id>')
  .action(async (id: string, _options: unknown, command: Command) =>
    (await import('./commands/effects.ts')).effectsRetry(command.optsWithGlobals(), number(id, 'an effect')),
  )
effects
  .command('fail')
  .description('give an effect up that is queued or parked; its build ends as after any failure')
  .argument('<id>')
  .option('--reason <text>', 'why, for those who ask later')
  .action(async (id: string, options: { reason?: string }, command: Command) =>
    (await import('./commands/effects.ts')).effectsFail(
      command.optsWithGlobals(),
      number(id, 'an effect'),
      options.reason,
    ),
  )

addHubCommands(program)

const modulemd = program
  .command('modulemd')
  .description('documents of the modulemd family; files may be compressed, and - is standard input')
modulemd
  .command('check')
  .description(
    'tell whether files hold good documents, and all that is wrong with them; ends with 1 if any is refused',
  )
  .argument('<file...>')
  .option('--strict', 'refuse keys that are not known, as build systems do', false)
  .action(async (files: string[], options: { strict: boolean }, command: Command) =>
    (await import('./commands/modulemd-check.ts')).modulemdCheck(command.optsWithGlobals(), files, options),
  )
modulemd
  .command('lint')
  .description('tell what a reviewer would say of files; ends with 1 when there is an error or a warning')
  .argument('<file...>')
  .option('--policy <file>', "a distribution's own rules, as YAML")
  .option('--specs <folder>', 'specs of the components, as NAME.spec or NAME/NAME.spec')
  .option('--notes', 'tell what is only worth a note, too', false)
  .action(
    async (files: string[], options: { policy?: string; specs?: string; notes: boolean }, command: Command) =>
      (await import('./commands/modulemd-lint.ts')).modulemdLint(command.optsWithGlobals(), files, options),
  )
modulemd
  .command('print')
  .description('print the documents of a file in the canonical form of libmodulemd')
  .argument('<file>')
  .option('--upgrade', "in the newest versions; of a packager's document the streams that it asks for", false)
  .action(async (file: string, options: { upgrade: boolean }, command: Command) =>
    (await import('./commands/modulemd-print.ts')).modulemdPrint(command.optsWithGlobals(), file, options),
  )
modulemd
  .command('context')
  .description('print the contexts of built documents, computed from their xmd.mbs.buildrequires')
  .argument('<file>')
  .action(async (file: string, _options: unknown, command: Command) =>
    (await import('./commands/modulemd-context.ts')).modulemdContext(command.optsWithGlobals(), file),
  )
modulemd
  .command('merge')
  .description('merge files into one, as package managers merge repositories')
  .argument('<file...>')
  .requiredOption('-o, --output <file>', 'where to write; - is standard output')
  .option('--override <file...>', 'files whose defaults count instead of those of the others')
  .option('--strict-defaults', 'refuse equally new defaults with different streams', false)
  .action(
    async (
      files: string[],
      options: { output: string; override?: string[]; strictDefaults: boolean },
      command: Command,
    ) =>
      (await import('./commands/modulemd-merge.ts')).modulemdMerge(command.optsWithGlobals(), files, options),
  )

program
  .command('config')
  .description(
    'print the configuration in force and where each value comes from; `check` only says whether it is right',
  )
  .argument('[check]')
  .action(async (check: string | undefined, _options: unknown, command: Command) =>
    (await import('./commands/config.ts')).configCommand(command.optsWithGlobals(), check),
  )

function number(text: string, of = 'a module build'): number {
  if (!/^\d+$/.test(text)) fail(exitCodes.usage, `"${text}" is no number of ${of}`)
  return Number(text)
}

await program.parseAsync().catch((error: unknown) => fail(exitCodes.failed, error))
