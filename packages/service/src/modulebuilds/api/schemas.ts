import Type from 'typebox'
import { listMeta, orNull, pagesOf } from '../../http/index.ts'
import { actionNames } from '../actions.ts'
import { moduleStateNumbers, type ModuleState } from '../states.ts'
import { componentStates } from './present.ts'

/** The schemas of module builds and component builds in the API's description. */

const timestamp = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' })
const text = Type.String()
const textOrNull = orNull(text)

const moduleState = {
  state: Type.Enum(Object.values(moduleStateNumbers)),
  state_name: Type.Enum(Object.keys(moduleStateNumbers) as ModuleState[]),
}

const short = {
  id: Type.Integer(),
  ...moduleState,
  name: text,
  stream: text,
  version: Type.String({ description: '0 until it is known' }),
  context: Type.String({ description: '00000000 until it is known' }),
}

/** The modules in a build root, in the form of `xmd.mbs`. */
export const buildrequires = Type.Record(
  text,
  Type.Object({
    context: text,
    koji_tag: text,
    ref: text,
    stream: text,
    version: text,
    filtered_rpms: Type.Optional(Type.Array(text)),
  }),
  { description: 'by name' },
)

/** The normal form of a module build without `tasks`, as messages carry it. */
export const messageBuild = Type.Object(
  {
    ...short,
    scratch: Type.Boolean(),
    state_reason: textOrNull,
    component_builds: Type.Array(Type.Integer()),
    koji_tag: textOrNull,
    owner: text,
    rebuild_strategy: text,
    scmurl: orNull(Type.String({ description: 'null for a document that came in the request' })),
    srpms: Type.Array(text),
    siblings: Type.Array(Type.Integer({ description: 'builds of the same name, stream and version' })),
    buildrequires,
    time_submitted: timestamp,
    time_modified: timestamp,
    time_completed: orNull(timestamp),
  },
  { description: 'A module build' },
)

/** The normal form of a component build, as messages carry it. */
export const messageComponent = Type.Object(
  {
    id: Type.Integer({ description: 'the component build' }),
    module_build: Type.Integer(),
    package: text,
    format: text,
    state: orNull(Type.Enum(Object.values(componentStates).map(([number]) => number))),
    state_name: orNull(Type.Enum(Object.values(componentStates).map(([, name]) => name))),
    state_reason: textOrNull,
    task_id: orNull(Type.Integer()),
    nvr: textOrNull,
  },
  { description: 'A component of a module build' },
)

const trace = Type.Array(
  Type.Object({ time: orNull(timestamp), state: Type.Integer(), state_name: text, reason: textOrNull }),
)

const extendedComponentParts = {
  batch: Type.Integer(),
  attempt: Type.Integer(),
  time_started: textOrNull,
  time_completed: textOrNull,
  reuse: orNull(Type.Object({ code: text, detail: textOrNull })),
  included_from: textOrNull,
  expected_seconds: orNull(Type.Number()),
  expected_error: orNull(Type.Number()),
  log_url: textOrNull,
}

/** A component build in its extended form. */
export const extendedComponent = Type.Object(
  { ...messageComponent.properties, ...extendedComponentParts, state_trace: trace, state_url: text },
  { title: 'ComponentBuild' },
)

/** A component build in its normal or its extended form. */
export const shownComponent = Type.Union([
  extendedComponent,
  Type.Object(messageComponent.properties, { title: 'NormalComponentBuild' }),
])

const extendedParts = {
  base_module_buildrequires: Type.Array(Type.Object({ ...short, stream_version: orNull(Type.Number()) })),
  build_context: textOrNull,
  runtime_context: textOrNull,
  modulemd: textOrNull,
  reused_module_id: orNull(Type.Integer()),
  state_trace: trace,
  state_url: text,
  stream_version: orNull(Type.Number()),
  virtual_streams: Type.Array(text),
  arches: Type.Array(text),
  platform: textOrNull,
  batch: Type.Integer(),
  dist_tag: textOrNull,
  components: Type.Array(
    Type.Object({
      id: Type.Integer(),
      package: text,
      task_id: orNull(Type.Integer()),
      state: messageComponent.properties.state,
      state_name: messageComponent.properties.state_name,
      state_reason: textOrNull,
      nvr: textOrNull,
      ...extendedComponentParts,
      built_after: Type.Array(text, {
        description:
          "packages of its batch that it waits for, where the module's author leaves the order to us",
      }),
    }),
  ),
  waiting_for: Type.Array(Type.Object({ sentence: text, since: text })),
  stopped_by: textOrNull,
  actions: Type.Array(
    Type.Object({
      name: Type.Enum([...actionNames]),
      allowed: Type.Boolean(),
      reason: orNull(Type.String({ description: 'why not' })),
      who: Type.String({ description: 'users who may take the action' }),
    }),
  ),
}

const tasks = Type.Record(
  text,
  Type.Record(
    text,
    Type.Object({
      task_id: messageComponent.properties.task_id,
      state: messageComponent.properties.state,
      state_reason: textOrNull,
      nvr: textOrNull,
    }),
  ),
  { description: 'format → package → task' },
)

/** A module build in its extended form. */
export const extendedBuild = Type.Object(
  { ...messageBuild.properties, tasks, ...extendedParts },
  { title: 'ModuleBuild' },
)

/** A module build in any of its three forms. */
export const shownBuild = Type.Union([
  extendedBuild,
  Type.Object({ ...messageBuild.properties, tasks }, { title: 'NormalModuleBuild' }),
  Type.Object({ ...short, scratch: messageBuild.properties.scratch }, { title: 'ShortModuleBuild' }),
])

/** The normal form without `tasks`, which is upstream's response to an import. */
export const importedBuild = Type.Object(messageBuild.properties, { title: 'ImportedModuleBuild' })

export const buildList = pagesOf(shownBuild)
export const componentList = pagesOf(shownComponent)
export const messageList = Type.Object({
  meta: listMeta,
  messages: Type.Array(Type.Object({ id: Type.Integer(), time_created: text, message: text })),
})

/** The query parameters `verbose` and `short` of a single build. */
export const formQuery = Type.Object({ verbose: Type.Optional(text), short: Type.Optional(text) })
