import http from 'node:http'
import Fastify from 'fastify'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { connect } from '../database/index.ts'
import { Readers } from '../jobs/index.ts'
import { eventRoutes } from './event-routes.ts'

test('a stream that is asked for while the service stops does not keep it from stopping', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url)
  const app = Fastify()
  const asked = Promise.withResolvers<undefined>()
  const allowed = Promise.withResolvers<undefined>()
  app.addHook('onRequest', async () => {
    asked.resolve(undefined)
    await allowed.promise
  })
  await app.register(
    eventRoutes({ database, log: pino({ level: 'silent' }), wakes: new Readers(), intervalMs: 600_000 }),
  )
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  try {
    const answer = new Promise<http.IncomingMessage>((resolve, reject) =>
      http.get(`${address}/module-build-service/2/events`, { agent: false }, resolve).on('error', reject),
    )
    await asked.promise
    const closed = app.close()
    await new Promise((resolve) => setTimeout(resolve, 200))
    allowed.resolve(undefined)
    expect((await answer).statusCode).not.toBe(200)
    await closed
  } finally {
    await database.destroy()
    await drop()
  }
})
