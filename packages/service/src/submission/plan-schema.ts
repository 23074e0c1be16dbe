import Type from 'typebox'
import { orNull } from '../http/index.ts'
import { buildrequires } from '../modulebuilds/index.ts'

const text = Type.String()
const textOrNull = orNull(text)
const numberOrNull = orNull(Type.Number())

const streams = Type.Record(text, Type.Array(text))

/** A value is null or empty if only a service knows it. */
const plannedBuild = Type.Object(
  {
    name: text,
    stream: text,
    version: textOrNull,
    context: text,
    scratch: Type.Boolean(),
    build_context: text,
    build_context_no_bms: text,
    runtime_context: text,
    platform: textOrNull,
    arches: Type.Array(text),
    buildrequires,
    dependencies: Type.Array(
      Type.Object({ buildrequires: streams, requires: streams }, { description: 'as it would be published' }),
    ),
    rebuild_strategy: textOrNull,
    dependency_order: Type.Boolean({
      description: 'whether the service orders the components of a batch by their dependencies',
    }),
    reused_module_id: numberOrNull,
    exists: orNull(
      Type.Object(
        { id: Type.Integer(), state_name: text },
        { description: 'the existing build of this name, which would not be built again' },
      ),
    ),
    components: Type.Array(
      Type.Object({
        package: text,
        ref: textOrNull,
        batch: Type.Integer(),
        included_from: textOrNull,
        reuse: orNull(Type.Object({ code: text, detail: text })),
        expected_seconds: numberOrNull,
        expected_error: numberOrNull,
        samples: Type.Integer(),
      }),
    ),
    critical_path: orNull(
      Type.Object({
        packages: Type.Array(text),
        seconds: Type.Number(),
        error: Type.Number(),
        unknown: Type.Array(text),
      }),
    ),
  },
  { title: 'PlannedBuild' },
)

/** The plan of a submission, from a service or from a universe of documents. */
export const submissionPlan = Type.Object(
  {
    refused: Type.Array(
      Type.Object(
        { message: text, where: textOrNull },
        { description: 'reasons for a refusal; empty if the service would accept the module' },
      ),
    ),
    unmet: Type.Array(
      Type.String({
        description: 'reasons why some combinations of streams that the document names make no build',
      }),
    ),
    builds: Type.Array(plannedBuild),
    assumed: Type.Array(
      Type.Object(
        { name: text, stream: text, virtual_streams: Type.Array(text) },
        { description: 'a base module that no document of the universe describes, assumed to exist' },
      ),
    ),
    left_out: Type.Array(
      Type.Object(
        {
          code: text,
          message: text,
          remedy: text,
          line: Type.Integer(),
          column: Type.Integer(),
          path: text,
        },
        { description: 'the problem of a document that the universe skips' },
      ),
    ),
  },
  { title: 'SubmissionPlan' },
)
export type SubmissionPlan = Type.Static<typeof submissionPlan>
export type PlannedBuild = Type.Static<typeof plannedBuild>
