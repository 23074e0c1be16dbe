import Type from 'typebox'
import type { MessageSchema } from '../../bus/index.ts'
import { messageBuild, messageComponent } from './schemas.ts'

/** What module builds say on the bus, in upstream's form: their state and that of their components has changed. */
export const moduleBuildMessages: readonly MessageSchema[] = [
  {
    topic: 'module.state.change',
    body: Type.Object(messageBuild.properties, { description: 'The state of a module build has changed' }),
  },
  {
    topic: 'component.state.change',
    body: Type.Object(messageComponent.properties, {
      description: 'The state of a component of a module build has changed',
    }),
  },
]
