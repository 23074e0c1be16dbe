import { mkdir } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { Outbox } from '../bus/index.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/index.ts'
import type { Engine } from '../jobs/index.ts'
import type { Room } from '../room.ts'
import { currentKey, type Signer } from '../signing/index.ts'
import type { ComposeWorld } from './assemble.ts'
import { composeGauges } from './gauges.ts'
import { composeEffects, composeLifeCycle } from './life-cycle.ts'
import { composeMessages } from './messages.ts'
import { composeRoutes } from './routes.ts'

interface ComposesWorld extends Pick<ComposeWorld, 'database' | 'hub' | 'distGit' | 'platforms' | 'user'> {
  engine: Engine
  outbox: Outbox
  clock: Clock
  log: Logger
  scm: Pick<Config['scm'], 'moduleDefaults'>
  /** The signer is undefined if the service signs nothing; `wanted` is the key of the configuration. */
  signing: { signer: Signer | undefined; wanted: string | undefined }
  folders: { composes: string; signing: string }
}

/** Opens the room that makes repositories of ready modules. */
export function openComposes(world: ComposesWorld): Room {
  const { database, engine, outbox, clock, log, folders } = world
  const { signer, wanted } = world.signing
  const signing =
    signer === undefined
      ? undefined
      : { signer, currentKey: () => currentKey(database, signer, wanted, 'mbs', clock.now()) }
  const { moduleDefaults } = world.scm
  const parts = { ...world, signing, moduleDefaults, scratch: folders.signing, composesDir: folders.composes }
  return {
    lifeCycles: [composeLifeCycle({ engine, outbox })],
    effects: composeEffects(parts),
    routes: [composeRoutes(world)],
    files: [{ folder: folders.composes, prefix: '/repos/' }],
    gauges: composeGauges(database),
    messages: composeMessages,
    begin: async () => {
      await mkdir(folders.composes, { recursive: true })
      await mkdir(folders.signing, { recursive: true, mode: 0o700 })
      // The first key takes a second to make, so the service makes it before the first request for it.
      signing
        ?.currentKey()
        .catch((error: unknown) => log.warn({ err: error }, 'there is no key to sign with'))
    },
  }
}
