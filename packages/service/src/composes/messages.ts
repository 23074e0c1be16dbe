import Type from 'typebox'
import type { MessageSchema } from '../bus/index.ts'

/** The messages of composes on the bus. */
export const composeMessages: readonly MessageSchema[] = [
  {
    topic: 'compose.state.change',
    body: Type.Object(
      {
        id: Type.Integer({ description: 'the compose' }),
        state_name: Type.Enum(['finished', 'failed']),
        state_reason: Type.Union([Type.String(), Type.Null()]),
        modules: Type.Array(Type.String({ description: 'NAME:STREAM:VERSION:CONTEXT' })),
      },
      { description: 'A compose has ended' },
    ),
    logFields: ({ id, state_name: state }) => ({ compose: id, state }),
  },
]
