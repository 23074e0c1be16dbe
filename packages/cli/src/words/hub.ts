import type { Command } from 'commander'
import type { hubBuildList } from '../commands/hub/build.ts'
import type { hubTagList } from '../commands/hub/tag.ts'

/** Adds the commands of `mbs hub`. Each command has its own file, which is loaded when the command is called. */
export function addHub(program: Command): void {
  const hub = program.command('hub').description('builds and their tags')
  addBuilds(hub)
  addTags(hub)
  addLists(hub)
  hub
    .command('verify')
    .description('check every file of the artifact store against its digest; exits with 1 if any differs')
    .action(async (_options: unknown, command: Command) =>
      (await import('../commands/hub/verify.ts')).hubVerify(command.optsWithGlobals()),
    )
  hub
    .command('import')
    .description(
      'import a build: content-generator metadata with its files, or a source package with its packages',
    )
    .argument('<file...>', 'metadata (NAME.json) with its files in the same folder, or *.rpm')
    .option('--reservation <token>', 'complete this reservation')
    .option('--generator <name>', 'for packages: content generator to import as', 'rpm-import')
    .option('--source <url>', 'for packages: origin of their source')
    .action(
      async (
        files: string[],
        options: { reservation?: string; generator: string; source?: string },
        command: Command,
      ) => (await import('../commands/hub/import.ts')).hubImport(command.optsWithGlobals(), files, options),
    )
}

function addBuilds(hub: Command): void {
  const build = hub.command('build').description('builds of packages, modules and images')
  build
    .command('show')
    .description('show a build: files, tags, signatures, metadata')
    .argument('<build>', 'name-version-release, or a number')
    .action(async (nvr: string, _options: unknown, command: Command) =>
      (await import('../commands/hub/build.ts')).hubBuildShow(command.optsWithGlobals(), nvr),
    )
  build
    .command('list')
    .description('list builds, newest first')
    .option('--package <name>', 'only builds of this package')
    .option('--type <type>', 'only builds that contain this: rpm, module, image')
    .option('--state <state>', 'only builds in this state')
    .option('--owner <user>', 'only builds of this user')
    .option('--untagged', 'only builds without a tag')
    .option('--page <number>', 'page of the list', '1')
    .action(async (options: Parameters<typeof hubBuildList>[1], command: Command) =>
      (await import('../commands/hub/build.ts')).hubBuildList(command.optsWithGlobals(), options),
    )
}

function addTags(hub: Command): void {
  const tag = hub.command('tag').description('tags: their builds and inheritance')
  const settings = (command: Command) =>
    command
      .option('--arches <arches>', 'arches, separated by spaces')
      .option('--permission <name>', 'permission that users need to tag builds; empty: none')
      .option('--lock', 'refuse to add or remove builds')
      .option('--unlock', 'allow it again')
  settings(tag.command('create').description('create a tag').argument('<tag>'))
    .option('--parent <tag>', 'inherit from this tag')
    .action(async (name: string, options: Record<string, string | boolean>, command: Command) =>
      (await import('../commands/hub/tag.ts')).hubTagCreate(command.optsWithGlobals(), name, options),
    )
  settings(tag.command('edit').description("change a tag's settings").argument('<tag>'))
    .option('--rename <name>', 'new name of the tag')
    .action(async (name: string, options: Record<string, string | boolean>, command: Command) =>
      (await import('../commands/hub/tag.ts')).hubTagEdit(command.optsWithGlobals(), name, options),
    )
  tag
    .command('delete')
    .description('delete a tag; its history stays')
    .argument('<tag>')
    .action(async (name: string, _options: unknown, command: Command) =>
      (await import('../commands/hub/tag.ts')).hubTagDelete(command.optsWithGlobals(), name),
    )
  tag
    .command('inherit')
    .description('make a tag inherit from another; without a parent, show its inheritance')
    .argument('<tag>')
    .argument('[parent]')
    .option('--priority <number>', 'order among parents, lowest first (default: after the last)')
    .option('--maxdepth <number>', 'levels above the parent to inherit from')
    .option('--intransitive', 'tags that inherit from this tag do not inherit from the parent')
    .option('--noconfig', "do not inherit the parent's settings")
    .option('--filter <pattern>', 'only packages whose name matches from its start')
    .option('--remove', 'remove the inheritance')
    .action(
      async (
        name: string,
        parent: string | undefined,
        options: Record<string, string | boolean>,
        command: Command,
      ) =>
        (await import('../commands/hub/tag.ts')).hubTagInherit(
          command.optsWithGlobals(),
          name,
          parent,
          options,
        ),
    )
  for (const [verb, about] of [
    ['add', 'add builds to a tag'],
    ['remove', 'remove builds from a tag'],
  ] as const)
    tag
      .command(verb)
      .description(about)
      .argument('<tag>')
      .argument('<build...>')
      .option('--force', 'ignore locks; adding a build again makes it the newest', false)
      .action(async (name: string, builds: string[], options: { force: boolean }, command: Command) =>
        (await import('../commands/hub/tag.ts')).hubTagChange(
          command.optsWithGlobals(),
          verb,
          name,
          builds,
          options.force,
        ),
      )
  tag
    .command('move')
    .description('move builds from one tag to another')
    .argument('<from>')
    .argument('<to>')
    .argument('<build...>')
    .option('--force', 'ignore locks', false)
    .action(
      async (from: string, to: string, builds: string[], options: { force: boolean }, command: Command) =>
        (await import('../commands/hub/tag.ts')).hubTagMove(
          command.optsWithGlobals(),
          from,
          to,
          builds,
          options.force,
        ),
    )
  tag
    .command('list')
    .description('list the builds of a tag, or all tags')
    .argument('[tag]', 'name of a tag, or a pattern with * to list tags')
    .option('--inherit', 'include inherited builds')
    .option('--latest <number>', 'only the newest builds of each package, this many')
    .option('--package <name>', 'only builds of this package')
    .option('--type <type>', 'only builds that contain this: rpm, module, image')
    .option('--event <number>', 'as of this event')
    .action(async (name: string | undefined, options: Parameters<typeof hubTagList>[2], command: Command) =>
      (await import('../commands/hub/tag.ts')).hubTagList(command.optsWithGlobals(), name, options),
    )
  tag
    .command('history')
    .description('show the changes of a tag, newest first')
    .argument('<tag>')
    .option('--limit <number>', 'lines per page', '50')
    .option('--page <number>', 'page of the list', '1')
    .action(async (name: string, options: { limit: string; page: string }, command: Command) =>
      (await import('../commands/hub/tag.ts')).hubTagHistory(command.optsWithGlobals(), name, options),
    )
}

function addLists(hub: Command): void {
  const list = hub.command('package').description('packages that a tag accepts')
  for (const [verb, about] of [
    ['add', 'accept builds of a package'],
    ['block', 'hide a package in a tag and in tags that inherit from it'],
    ['unblock', 'remove the block'],
    ['remove', "remove the tag's own entry"],
  ] as const)
    list
      .command(verb)
      .description(about)
      .argument('<tag>')
      .argument('<package...>')
      .option('--owner <user>', 'owner of the package')
      .action(async (tag: string, packages: string[], options: { owner?: string }, command: Command) =>
        (await import('../commands/hub/package.ts')).hubPackage(
          command.optsWithGlobals(),
          verb,
          tag,
          packages,
          options.owner,
        ),
      )
  list
    .command('list')
    .description('list the packages of a tag, inherited ones included')
    .argument('<tag>')
    .action(async (tag: string, _options: unknown, command: Command) =>
      (await import('../commands/hub/package.ts')).hubPackageList(command.optsWithGlobals(), tag),
    )
  const user = hub.command('user').description('users and their permissions')
  user
    .command('add')
    .description('add a user')
    .argument('<user>')
    .action(async (name: string, _options: unknown, command: Command) =>
      (await import('../commands/hub/user.ts')).hubUserAdd(command.optsWithGlobals(), name),
    )
  for (const verb of ['grant', 'revoke'] as const)
    user
      .command(verb)
      .description(verb === 'grant' ? 'give a user a permission' : 'take a permission from a user')
      .argument('<user>')
      .option('--permission <name>', 'admin, tag, target, or the permission of a tag')
      .option('--generator <name>', 'access to import for this content generator')
      .action(async (name: string, options: { permission?: string; generator?: string }, command: Command) =>
        (await import('../commands/hub/user.ts')).hubUserRight(
          command.optsWithGlobals(),
          verb,
          name,
          options,
        ),
      )
  const key = hub.command('key').description('keys that sign packages and repositories')
  key
    .command('list')
    .description('list the keys, newest first')
    .action(async (_options: unknown, command: Command) =>
      (await import('../commands/hub/key.ts')).hubKeyList(command.optsWithGlobals()),
    )
  key
    .command('rotate')
    .description('make a new key and sign with it from now on')
    .action(async (_options: unknown, command: Command) =>
      (await import('../commands/hub/key.ts')).hubKeyRotate(command.optsWithGlobals()),
    )
}
