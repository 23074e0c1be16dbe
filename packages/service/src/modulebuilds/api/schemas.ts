import Type from 'typebox'
import { componentStates, moduleStateNumbers } from './present.ts'

/** The forms of module builds and component builds, as the API's description has them. */

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const timestamp = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' })
const text = Type.String()
const textOrNull = orNull(text)

const moduleState = {
  state: Type.Enum(Object.values(moduleStateNumbers)),
  state_name: Type.Enum(Object.keys(moduleStateNumbers)),
}

const short = {
  id: Type.Integer(),
  ...moduleState,
  name: text,
  stream: text,
  version: Type.String({ description: '0 until it is known' }),
  context: Type.String({ description: '00000000 until it is known' }),
}

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
    buildrequires: Type.Object({}, { description: 'name → stream, version, context and more' }),
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

/** A component build in its normal form, or with more of it in the extended one. */
export const shownComponent = Type.Object({
  ...messageComponent.properties,
  ...partial({ ...extendedComponentParts, state_trace: trace, state_url: text }),
})

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
      /** The packages of its batch that it waits for, where the module's author leaves the order to us. */
      built_after: Type.Array(text),
    }),
  ),
  waiting_for: Type.Array(Type.Object({ sentence: text, since: text })),
  stopped_by: textOrNull,
}

const { id: _id, state: _state, state_name: _stateName, ...namedParts } = messageBuild.properties
const { name: _name, stream: _stream, version: _version, context: _context, ...moreParts } = namedParts
const { scratch, ...normalParts } = moreParts

/** A module build in any of its three forms: the short one is always there. */
export const shownBuild = Type.Object({
  ...short,
  scratch,
  ...partial({
    ...normalParts,
    tasks: Type.Object({}, { description: 'format → package → task' }),
    ...extendedParts,
  }),
})

/** A module build in its extended form. */
export const extendedBuild = Type.Object({
  ...messageBuild.properties,
  tasks: Type.Object({}, { description: 'format → package → task' }),
  ...extendedParts,
})

const meta = Type.Object({
  page: Type.Integer(),
  pages: Type.Integer(),
  per_page: Type.Integer(),
  total: Type.Integer(),
  first: text,
  last: text,
  prev: textOrNull,
  next: textOrNull,
})

export const buildList = Type.Object({ meta, items: Type.Array(shownBuild) })
export const componentList = Type.Object({ meta, items: Type.Array(shownComponent) })
export const messageList = Type.Object({
  meta,
  messages: Type.Array(Type.Object({ id: Type.Integer(), time_created: text, message: text })),
})

/** What lists of module builds may be asked for; what is not named here is left alone. */
export const buildQuery = Type.Object(
  Object.fromEntries(
    [
      ...['name', 'stream', 'version', 'context', 'koji_tag', 'owner', 'scmurl', 'state', 'nsvc', 'rpm'],
      ...['scratch', 'batch', 'rebuild_strategy', 'build_context', 'runtime_context', 'virtual_stream'],
      ...['stream_version_lte', 'base_module_br', 'base_module_br_name', 'base_module_br_stream'],
      ...['base_module_br_version', 'base_module_br_context', 'base_module_br_stream_version'],
      ...['base_module_br_stream_version_lte', 'base_module_br_stream_version_gte'],
      ...['submitted_before', 'submitted_after', 'modified_before', 'modified_after'],
      ...['completed_before', 'completed_after', 'order_by', 'order_desc_by'],
      ...['verbose', 'short', 'page', 'per_page'],
    ].map((name) => [name, Type.Optional(Type.Union([text, Type.Array(text)]))]),
  ),
)

/** What lists of component builds may be asked for. */
export const componentQuery = Type.Object(
  Object.fromEntries(
    [
      ...['package', 'module_build', 'state', 'batch', 'nvr', 'task_id', 'ref', 'scmurl', 'format'],
      ...['build_time_only', 'buildonly', 'order_by', 'order_desc_by', 'verbose', 'page', 'per_page'],
    ].map((name) => [name, Type.Optional(Type.Union([text, Type.Array(text)]))]),
  ),
)

/** `verbose` and `short` of a single build. */
export const formQuery = Type.Object({ verbose: Type.Optional(text), short: Type.Optional(text) })

function partial<T extends Record<string, Type.TSchema>>(properties: T) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  ) as { [K in keyof T]: Type.TOptional<T[K]> }
}
