import path from 'node:path'
import type { Config } from '../config/index.ts'
import { CommandSigner } from './command-signer.ts'
import { GpgSigner } from './gpg-signer.ts'
import type { Signer } from './signer.ts'

/**
 * The signer that configuration asks for; undefined where nothing is signed.
 *
 * @param dataDir the folder of keys is in it, unless another one is configured
 */
export function openSigner(signing: Config['signing'], dataDir: string): Signer | undefined {
  const { mode, command, minutesMax } = signing
  if (mode === 'none') return undefined
  if (mode === 'command') return new CommandSigner({ command, minutesMax })
  return new GpgSigner({ home: signing.gnupgHome ?? path.join(dataDir, 'keys'), minutesMax })
}
