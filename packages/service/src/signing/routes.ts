import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/index.ts'
import { UserError } from '../errors.ts'
import { apiError, listOf, moment, orNull } from '../http/index.ts'
import { listKeys, rotateKey, type KnownKey } from './keys.ts'
import type { Signer } from './signer.ts'

const shownKey = Type.Object(
  {
    id: Type.String(),
    fingerprint: Type.String(),
    public_key: Type.String(),
    created_at: moment,
    retired_at: orNull(moment),
  },
  { title: 'SigningKey' },
)

/** Returns the routes that list keys and make a new one. They show only public keys. */
export function signingRoutes(parts: {
  database: Database
  clock: Clock
  /** Undefined if the service signs nothing. */
  signer: Signer | undefined
  /** The key of the configuration. */
  wanted: string | undefined
}): FastifyPluginAsyncTypebox {
  const { database, clock, signer, wanted } = parts
  return async (app) => {
    await Promise.resolve()
    app.get('/hub/keys/', { schema: { response: { 200: listOf(shownKey) } } }, async () => ({
      items: (await listKeys(database)).map(present),
    }))
    app.post(
      '/hub/keys/',
      {
        config: { may: 'operate', takes: 'nothing' },
        schema: { response: { 201: shownKey, 409: apiError } },
      },
      async (_request, reply) => {
        if (signer === undefined)
          throw new UserError(409, 'the service signs nothing: signing.mode is none', 'signing.mode')
        const { id } = await rotateKey(database, signer, wanted, 'mbs', clock.now())
        const made = (await listKeys(database)).find((key) => key.id === id)
        if (made === undefined) throw new Error(`the key ${id} was made, and is not there`)
        return reply.status(201).send(present(made))
      },
    )
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
