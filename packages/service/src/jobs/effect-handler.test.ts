import Type from 'typebox'
import { expect, test } from 'vitest'
import { effectHandler } from './index.ts'

test('an effect whose row holds something else than its kind is told is a bug, and names it', async () => {
  const handler = effectHandler('count', Type.Object({ to: Type.Integer() }), ({ to }) =>
    Promise.resolve(() => Promise.reject(new Error(`counted to ${to + 1}`))),
  )
  const context = { effectId: 7, attempt: 1, subject: { kind: 'thing', id: 1 } }
  const record = await handler.perform({ to: 2 }, context)
  await expect(record(undefined as never, new Date())).rejects.toThrow('counted to 3')
  await expect(handler.perform({ to: '2' }, context)).rejects.toThrow(
    'the effect 7 has invalid parameters for count: {"to":"2"}',
  )
})
