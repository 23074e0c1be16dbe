import Type from 'typebox'
import type { MessageSchema, Outbox } from '../../bus/index.ts'
import { subjectKey } from '../../jobs/index.ts'
import type { StateNews } from '../state-news.ts'
import { componentsOf, siblingIds } from '../store.ts'
import { subjectKind } from '../transition.ts'
import { presentComponentForMessage, presentForMessage } from './present.ts'
import { messageBuild, messageComponent } from './schemas.ts'

/**
 * The messages of module builds, in upstream's form: the state of a module build or of one of its components has
 * changed.
 */
export const moduleBuildMessages: readonly MessageSchema[] = [
  {
    topic: 'module.state.change',
    body: Type.Object(messageBuild.properties, { description: 'The state of a module build has changed' }),
    logFields: ({ id, state_name: state }) => ({ module_build: id, state }),
  },
  {
    topic: 'component.state.change',
    body: Type.Object(messageComponent.properties, {
      description: 'The state of a component of a module build has changed',
    }),
    logFields: ({ module_build: build, package: name, state_name: state }) => ({
      ...{ module_build: build, package: name, state },
    }),
  },
]

/**
 * Returns the writer of messages about state changes. Each message has its place in the order of its module build's
 * messages.
 */
export function stateMessages(outbox: Outbox): StateNews {
  const subjectOf = (id: number) => subjectKey({ kind: subjectKind, id })
  return {
    moduleBuild: async (tx, build, now) => {
      const { id, revision } = build
      const siblings = await siblingIds(tx, [build])
      const body = presentForMessage(build, await componentsOf(tx, [id]), siblings(build))
      const message = { subject: subjectOf(id), revision, topic: 'module.state.change', body }
      await outbox.announce(tx, [message], now)
    },
    components: async (tx, components, { id, revision }, now) => {
      const messages = components.map((component, index) => ({
        subject: subjectOf(id),
        revision: revision - components.length + 1 + index,
        topic: 'component.state.change',
        body: presentComponentForMessage(component),
      }))
      await outbox.announce(tx, messages, now)
    },
  }
}
