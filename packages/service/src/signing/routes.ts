import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { listKeys, rotateKey, type KnownKey } from './keys.ts'
import type { Signer } from './signer.ts'

/** Which keys there are, and a new one. Public keys alone are told. */
export function signingRoutes(parts: {
  database: Database
  clock: Clock
  /** Undefined where nothing is signed. */
  signer: Signer | undefined
  /** The key of the configuration. */
  wanted: string | undefined
}): FastifyPluginAsync {
  const { database, clock, signer, wanted } = parts
  return async (app) => {
    await Promise.resolve()
    app.get('/hub/keys/', async () => ({ items: (await listKeys(database)).map(present) }))
    app.post('/hub/keys/', { config: { may: 'operate' } }, async (_request, reply) => {
      if (signer === undefined)
        throw new UserError(409, 'nothing is signed here: signing.mode is none', 'signing.mode')
      const { id } = await rotateKey(database, signer, wanted, 'mbs', clock.now())
      const made = (await listKeys(database)).find((key) => key.id === id)
      return reply.status(201).send(made === undefined ? null : present(made))
    })
  }
}

function present({ id, fingerprint, publicKey, createdAt, retiredAt }: KnownKey) {
  return {
    id,
    fingerprint,
    public_key: publicKey,
    created_at: createdAt,
    retired_at: retiredAt ?? null,
  }
}
