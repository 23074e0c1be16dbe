import Type from 'typebox'
import type { MessageSchema } from '../../bus/index.ts'
import { componentStates, moduleStateNumbers } from './present.ts'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const timestamp = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' })

/** What module builds say on the bus, in upstream's form: their state and that of their components has changed. */
export const moduleBuildMessages: readonly MessageSchema[] = [
  {
    topic: 'module.state.change',
    body: Type.Object(
      {
        id: Type.Integer({ description: 'the module build' }),
        state: Type.Enum(Object.values(moduleStateNumbers)),
        state_name: Type.Enum(Object.keys(moduleStateNumbers)),
        state_reason: orNull(Type.String()),
        name: Type.String(),
        stream: Type.String(),
        version: Type.String({ description: '0 until it is known' }),
        context: Type.String({ description: '00000000 until it is known' }),
        scratch: Type.Boolean(),
        component_builds: Type.Array(Type.Integer()),
        koji_tag: orNull(Type.String()),
        owner: Type.String(),
        rebuild_strategy: Type.String(),
        scmurl: orNull(Type.String({ description: 'null for a document that came in the request' })),
        srpms: Type.Array(Type.String()),
        siblings: Type.Array(Type.Integer({ description: 'builds of the same submission' })),
        buildrequires: Type.Object({}, { description: 'name → stream, version, context and more' }),
        time_submitted: timestamp,
        time_modified: timestamp,
        time_completed: orNull(timestamp),
      },
      { description: 'The state of a module build has changed' },
    ),
  },
  {
    topic: 'component.state.change',
    body: Type.Object(
      {
        id: Type.Integer({ description: 'the component build' }),
        module_build: Type.Integer(),
        package: Type.String(),
        format: Type.String(),
        state: Type.Enum(Object.values(componentStates).map(([number]) => number)),
        state_name: Type.Enum(Object.values(componentStates).map(([, name]) => name)),
        state_reason: orNull(Type.String()),
        task_id: orNull(Type.Integer()),
        nvr: orNull(Type.String()),
      },
      { description: 'The state of a component of a module build has changed' },
    ),
  },
]
