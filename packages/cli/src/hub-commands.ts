import type { Command } from 'commander'

/** The words of `mbs hub`; each command is in a file of its own that is loaded when it is called. */
export function addHubCommands(program: Command): void {
  const hub = program.command('hub').description('what has been built, and under which tags')
  addBuilds(hub)
  addTags(hub)
  addLists(hub)
  hub
    .command('verify')
    .description('read every file of the store, and tell which are not what they were; ends with 1 if any')
    .action(async (_options: unknown, command: Command) =>
      (await import('./commands/hub-verify.ts')).hubVerify(command.optsWithGlobals()),
    )
  hub
    .command('import')
    .description(
      'bring a build in: content-generator metadata with its files, or a source package with its packages',
    )
    .argument('<file...>', 'metadata (NAME.json), whose files are looked for beside it; or *.rpm')
    .option('--reservation <token>', 'completes a reservation')
    .option('--generator <name>', 'of packages: the content generator to import as', 'rpm-import')
    .option('--source <url>', 'of packages: where their source came from')
    .action(
      async (
        files: string[],
        options: { reservation?: string; generator: string; source?: string },
        command: Command,
      ) => (await import('./commands/hub-import.ts')).hubImport(command.optsWithGlobals(), files, options),
    )
}

function addBuilds(hub: Command): void {
  const build = hub.command('build').description('builds of packages, modules and images')
  build
    .command('show')
    .description('show a build: its files, tags, and what it says of itself')
    .argument('<build>', 'name-version-release, or a number')
    .action(async (nvr: string, _options: unknown, command: Command) =>
      (await import('./commands/hub-build.ts')).hubBuildShow(command.optsWithGlobals(), nvr),
    )
  build
    .command('list')
    .description('list builds, newest first')
    .option('--package <name>', 'only those of this package')
    .option('--type <type>', 'only those with this in it: rpm, module, image')
    .option('--state <state>', 'only those in this state')
    .option('--owner <user>', 'only those of this user')
    .option('--untagged', 'only those with no tag')
    .option('--before <id>', 'only those with a lower number, for the next page')
    .action(async (options: Record<string, string | boolean>, command: Command) =>
      (await import('./commands/hub-build.ts')).hubBuildList(command.optsWithGlobals(), options),
    )
}

function addTags(hub: Command): void {
  const tag = hub.command('tag').description('tags: what is in them, and what they inherit')
  const settings = (command: Command) =>
    command
      .option('--arches <arches>', 'separated by spaces')
      .option('--permission <name>', 'what users need to tag with it; empty: nothing')
      .option('--lock', 'let nobody put builds in or take them out')
      .option('--unlock', 'the opposite')
  settings(tag.command('create').description('make a tag').argument('<tag>'))
    .option('--parent <tag>', 'inherit from this tag')
    .action(async (name: string, options: Record<string, string | boolean>, command: Command) =>
      (await import('./commands/hub-tag.ts')).hubTagCreate(command.optsWithGlobals(), name, options),
    )
  settings(tag.command('edit').description("change a tag's settings").argument('<tag>'))
    .option('--rename <name>', 'another name')
    .action(async (name: string, options: Record<string, string | boolean>, command: Command) =>
      (await import('./commands/hub-tag.ts')).hubTagEdit(command.optsWithGlobals(), name, options),
    )
  tag
    .command('delete')
    .description('end a tag; its history stays')
    .argument('<tag>')
    .action(async (name: string, _options: unknown, command: Command) =>
      (await import('./commands/hub-tag.ts')).hubTagDelete(command.optsWithGlobals(), name),
    )
  tag
    .command('inherit')
    .description('make a tag inherit from another; without a parent, show all that it inherits')
    .argument('<tag>')
    .argument('[parent]')
    .option('--priority <number>', 'lower goes first (default: behind the last)')
    .option('--maxdepth <number>', 'so many levels above the parent')
    .option('--intransitive', 'only the tag itself inherits through it')
    .option('--noconfig', "without the parent's settings")
    .option('--filter <pattern>', 'only packages whose names begin with a match')
    .option('--remove', 'end it')
    .action(
      async (
        name: string,
        parent: string | undefined,
        options: Record<string, string | boolean>,
        command: Command,
      ) =>
        (await import('./commands/hub-tag.ts')).hubTagInherit(
          command.optsWithGlobals(),
          name,
          parent,
          options,
        ),
    )
  for (const [verb, about] of [
    ['add', 'put builds into a tag'],
    ['remove', 'take builds out of a tag'],
  ] as const)
    tag
      .command(verb)
      .description(about)
      .argument('<tag>')
      .argument('<build...>')
      .option('--force', 'pass by locks; adding again makes a build the newest', false)
      .action(async (name: string, builds: string[], options: { force: boolean }, command: Command) =>
        (await import('./commands/hub-tag.ts')).hubTagChange(
          command.optsWithGlobals(),
          verb,
          name,
          builds,
          options.force,
        ),
      )
  tag
    .command('move')
    .description('take builds from one tag to another')
    .argument('<from>')
    .argument('<to>')
    .argument('<build...>')
    .option('--force', 'pass by locks', false)
    .action(
      async (from: string, to: string, builds: string[], options: { force: boolean }, command: Command) =>
        (await import('./commands/hub-tag.ts')).hubTagMove(
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
    .argument('[tag]', 'or a pattern with * for names of tags')
    .option('--inherit', 'those of the tags that it inherits from, too')
    .option('--latest <number>', 'so many of each package')
    .option('--package <name>', 'only those of this package')
    .option('--type <type>', 'only those with this in it: rpm, module, image')
    .option('--event <number>', 'as it was then')
    .action(async (name: string | undefined, options: Record<string, string | boolean>, command: Command) =>
      (await import('./commands/hub-tag.ts')).hubTagList(command.optsWithGlobals(), name, options),
    )
  tag
    .command('history')
    .description('what happened to a tag, newest first')
    .argument('<tag>')
    .option('--limit <number>', 'so many lines', '50')
    .option('--before <event>', 'only what happened before, for the next page')
    .action(async (name: string, options: { limit: string; before?: string }, command: Command) =>
      (await import('./commands/hub-tag.ts')).hubTagHistory(command.optsWithGlobals(), name, options),
    )
}

function addLists(hub: Command): void {
  const list = hub.command('package').description('which packages may be in a tag')
  for (const [verb, about] of [
    ['add', 'let builds of a package be tagged'],
    ['block', 'hide a package in a tag, and in what inherits from it'],
    ['unblock', 'take the block away'],
    ['remove', "take a tag's own entry away"],
  ] as const)
    list
      .command(verb)
      .description(about)
      .argument('<tag>')
      .argument('<package...>')
      .option('--owner <user>', 'whose it is')
      .action(async (tag: string, packages: string[], options: { owner?: string }, command: Command) =>
        (await import('./commands/hub-package.ts')).hubPackage(
          command.optsWithGlobals(),
          verb,
          tag,
          packages,
          options.owner,
        ),
      )
  list
    .command('list')
    .description('list the packages of a tag, with what it inherits')
    .argument('<tag>')
    .action(async (tag: string, _options: unknown, command: Command) =>
      (await import('./commands/hub-package.ts')).hubPackageList(command.optsWithGlobals(), tag),
    )
  const user = hub.command('user').description('who may do what')
  user
    .command('add')
    .description('make a user known')
    .argument('<user>')
    .action(async (name: string, _options: unknown, command: Command) =>
      (await import('./commands/hub-user.ts')).hubUserAdd(command.optsWithGlobals(), name),
    )
  for (const verb of ['grant', 'revoke'] as const)
    user
      .command(verb)
      .description(verb === 'grant' ? 'let a user do something' : 'the opposite')
      .argument('<user>')
      .option('--permission <name>', 'admin, tag, target, or one that a tag asks for')
      .option('--generator <name>', 'a content generator to import for')
      .action(async (name: string, options: { permission?: string; generator?: string }, command: Command) =>
        (await import('./commands/hub-user.ts')).hubUserRight(command.optsWithGlobals(), verb, name, options),
      )
  const key = hub.command('key').description('the keys that packages and repositories are signed with')
  key
    .command('list')
    .description('list the keys, newest first')
    .action(async (_options: unknown, command: Command) =>
      (await import('./commands/hub-key.ts')).hubKeyList(command.optsWithGlobals()),
    )
  key
    .command('rotate')
    .description('make a new key, which signs from now on')
    .action(async (_options: unknown, command: Command) =>
      (await import('./commands/hub-key.ts')).hubKeyRotate(command.optsWithGlobals()),
    )
}
