import type { Command } from 'commander'
import type { LocalOptions } from '../commands/build/local.ts'
import type { ShellFlags } from '../commands/build/shell.ts'
import type { SubmissionOptions } from '../submission-options.ts'
import { number } from './number.ts'
import { withSubmissionOptions } from './submission.ts'

/** Adds the commands of `mbs build`. */
export function addBuild(program: Command): void {
  const build = program.command('build').description('module builds')
  withSubmissionOptions(build.command('submit'))
    .description(
      'submit a module: a commit in dist-git (https://HOST/modules/NAME?#COMMIT) or a modulemd file',
    )
    .argument('<scmurl|file>')
    .argument('[branch]', 'branch of the commit; names the stream')
    .option('--srpm <file...>', 'with --scratch: source packages to build instead of dist-git repositories')
    .option('--watch', 'follow the builds until they end', false)
    .action(
      async (
        target: string,
        branch: string | undefined,
        options: SubmissionOptions & { watch: boolean },
        command: Command,
      ) =>
        (await import('../commands/build/submit.ts')).buildSubmit(
          command.optsWithGlobals(),
          target,
          branch,
          options,
        ),
    )
  build
    .command('explain')
    .description('show the decisions for a build, their reasons, and the differences from the plan')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) =>
      (await import('../commands/build/explain.ts')).buildExplain(command.optsWithGlobals(), number(id)),
    )
  build
    .command('watch')
    .description('follow a build until it ends; exits with 1 when the build fails')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) =>
      (await import('../commands/build/watch.ts')).buildWatch(command.optsWithGlobals(), number(id)),
    )
  build
    .command('show')
    .description('show one build: state, components, reasons for waiting')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) =>
      (await import('../commands/build/show.ts')).buildShow(command.optsWithGlobals(), number(id)),
    )
  build
    .command('log')
    .description("print a component's build log")
    .argument('<id>', 'the module build')
    .argument('<component>', "the component's name")
    .option('--root', 'print the log of the build root instead', false)
    .option('-f, --follow', 'keep printing while the log grows', false)
    .action(
      async (id: string, component: string, options: { root: boolean; follow: boolean }, command: Command) =>
        (await import('../commands/build/log.ts')).buildLog(
          command.optsWithGlobals(),
          number(id),
          component,
          options,
        ),
    )
  build
    .command('shell')
    .description(
      "make a component's build root again and open a shell in it; run this on the service's machine",
    )
    .argument('<id>', 'the module build')
    .argument('<component>', "the component's name")
    .argument('[command...]', 'after --: command to run instead of a shell')
    .option('--root', 'work as root inside the sandbox: install packages, change files', false)
    .option('--local', 'the build was made by mbs build local; no service needs to run', false)
    .action(async (id: string, component: string, words: string[], options: ShellFlags, command: Command) =>
      (await import('../commands/build/shell.ts')).buildShell(
        command.optsWithGlobals(),
        number(id),
        component,
        words,
        options,
      ),
    )
  build
    .command('cancel')
    .description('cancel a build and stop its tasks')
    .argument('<id>')
    .option('--reason <text>', 'reason to record')
    .action(async (id: string, options: { reason?: string }, command: Command) =>
      (await import('../commands/build/cancel.ts')).buildCancel(
        command.optsWithGlobals(),
        number(id),
        options.reason,
      ),
    )
  build
    .command('list')
    .description('list builds, newest first')
    .option('--state <state>', 'only builds in this state')
    .option('--name <name>', 'only builds of this module')
    .option('--page <number>', 'page of the list', '1')
    .action(async (options: { state?: string; name?: string; page: string }, command: Command) =>
      (await import('../commands/build/list.ts')).buildList(command.optsWithGlobals(), options),
    )
  build
    .command('retry')
    .description('resume a failed build with another attempt at a component')
    .argument('<id>')
    .argument('<component>', "the component's name")
    .action(async (id: string, component: string, _options: unknown, command: Command) =>
      (await import('../commands/build/retry.ts')).buildRetry(
        command.optsWithGlobals(),
        number(id),
        component,
      ),
    )
  build
    .command('diff')
    .description('compare two builds: modules, components, macros, build roots, sources')
    .argument('<id>')
    .argument('<other>')
    .action(async (id: string, other: string, _options: unknown, command: Command) =>
      (await import('../commands/build/diff.ts')).buildDiff(
        command.optsWithGlobals(),
        number(id),
        number(other),
      ),
    )
  build
    .command('artifacts')
    .description('files that a build has produced')
    .command('get')
    .description('download the packages and check each against its digest')
    .argument('<id>')
    .option('--into <folder>', 'folder to download to', '.')
    .option('--logs', 'download logs, too', false)
    .action(async (id: string, options: { into: string; logs: boolean }, command: Command) =>
      (await import('../commands/build/artifacts.ts')).buildArtifactsGet(
        command.optsWithGlobals(),
        number(id),
        options,
      ),
    )
  const local = (command: Command) =>
    command
      .description('build a module on this machine, without a running service')
      .argument('<path-or-url>', "a folder with the module's git repository or its NAME.yaml, or a scmurl")
      .option('--branch <name>', 'branch, which names the stream (default: the checked-out branch)')
      .option('--stream <name>', 'stream, if not the name of the branch')
      .option('-p, --platform <name>', 'platform to use when the module allows several')
      .option(
        '-r, --platform-repo <place...>',
        'build on these repositories (folder, URL or dnf .repo file) and against their modules',
      )
      .option('--offline', "build on this machine's enabled repositories and against their modules")
      .option(
        '-s, --set-default-stream <name:stream...>',
        'stream of a module to use when the module allows several',
      )
      .option(
        '-l, --add-local-build <name:stream:version...>',
        'earlier local build to build against; its stream is used when the module allows several',
      )
      .option('--rpms <url>', 'URL prefix of component repositories (default: scm.rpms of the configuration)')
      .option(
        '--lookaside <url>',
        'URL of the lookaside with source archives (default: scm.lookaside of the configuration)',
      )
      .action(async (source: string, options: LocalOptions, self: Command) =>
        (await import('../commands/build/local.ts')).buildLocal(self.optsWithGlobals(), source, options),
      )
  local(build.command('local'))
  // The name of the command in Fedora's MBS.
  local(program.command('build_module_locally', { hidden: true }))
}
