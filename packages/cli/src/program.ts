import { Command, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { exitCodes } from './exit.ts'
import { addBuild } from './words/build.ts'
import { addCompose } from './words/compose.ts'
import { addEffects } from './words/effects.ts'
import { addHub } from './words/hub.ts'
import { addImport } from './words/import.ts'
import { addModule } from './words/module.ts'
import { addModulemd } from './words/modulemd.ts'
import { addPlan } from './words/plan.ts'
import { addService } from './words/service.ts'

/**
 * The groups of commands, in the order of the help. Each command has its own file, which is loaded when the
 * command is called.
 */
const nouns = [
  addService,
  addBuild,
  addPlan,
  addImport,
  addModule,
  addCompose,
  addEffects,
  addHub,
  addModulemd,
] as const

/** Returns the command `mbs` with all its subcommands and options. */
export function mbs(): Command {
  const program = new Command('mbs')
    .description('Module Build Service: builds RPM modules from dist-git and composes repositories for dnf')
    .addOption(
      new Option('--server <url>', 'address of the service').env('MBS_URL').default('http://127.0.0.1:8600'),
    )
    .addOption(new Option('--token <token>', 'API token, if the service requires one').env('MBS_TOKEN'))
    .option('--json', 'print JSON for programs instead of text for people', false)
    .option(
      '-c, --config <file>',
      'configuration for the commands that start a service (default: $MBS_CONFIG)',
    )
    .version(manifest.version)
    .showHelpAfterError('(see mbs --help)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.success : exitCodes.usage))
  for (const add of nouns) add(program)
  return program
}
