import type { Command } from 'commander'
import type { effectsList } from '../commands/effects/effects.ts'
import { number } from './number.ts'

/** Adds the commands of `mbs effects`. */
export function addEffects(program: Command): void {
  const effects = program.command('effects').description('pending work of the service, for operators')
  effects
    .command('list')
    .description('list queued and parked effects, newest first')
    .option('--state <state>', 'only effects in this state: queued, done, failed, parked, canceled')
    .option('--subject <subject>', 'only effects of one build or compose, such as module-build:7')
    .action(async (options: Parameters<typeof effectsList>[1], command: Command) =>
      (await import('../commands/effects/effects.ts')).effectsList(command.optsWithGlobals(), options),
    )
  effects
    .command('retry')
    .description('retry an effect that a bug has parked')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) =>
      (await import('../commands/effects/effects.ts')).effectsRetry(
        command.optsWithGlobals(),
        number(id, 'an effect'),
      ),
    )
  effects
    .command('fail')
    .description('give up a queued or parked effect; its build or compose treats it as failed')
    .argument('<id>')
    .option('--reason <text>', 'reason to record')
    .action(async (id: string, options: { reason?: string }, command: Command) =>
      (await import('../commands/effects/effects.ts')).effectsFail(
        command.optsWithGlobals(),
        number(id, 'an effect'),
        options.reason,
      ),
    )
}
