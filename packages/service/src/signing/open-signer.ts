import path from 'node:path'
import type { Config } from '../config/index.ts'
import { CommandSigner } from './command-signer.ts'
import { GpgSigner } from './gpg-signer.ts'
import type { Signer } from './signer.ts'

/**
 * Returns the signer of the configuration; undefined if the service signs nothing.
 *
 * @param dataDir the folder that contains the folder of keys, unless the configuration names another one
 */
export function openSigner(signing: Config['signing'], dataDir: string): Signer | undefined {
  const { mode, command, minutesMax } = signing
  if (mode === 'none') return undefined
  if (mode === 'command') return new CommandSigner({ command, minutesMax })
  return new GpgSigner({ home: signing.gnupgHome ?? path.join(dataDir, 'keys'), minutesMax })
}
