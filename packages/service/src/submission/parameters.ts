import Type from 'typebox'

const text = Type.String()
const streams = Type.Record(text, Type.Array(text), { description: 'module → streams' })

/** The parameters of a submission by name; `readRequest` checks their values. */
export const submissionParameters = Type.Object(
  {
    scmurl: Type.Optional(text),
    branch: Type.Optional(text),
    modulemd: Type.Optional(text),
    module_name: Type.Optional(text),
    module_stream: Type.Optional(text),
    scratch: Type.Optional(Type.Boolean()),
    srpms: Type.Optional(Type.Array(text)),
    owner: Type.Optional(text),
    rebuild_strategy: Type.Optional(text),
    buildrequire_overrides: Type.Optional(streams),
    require_overrides: Type.Optional(streams),
    reuse_components_from: Type.Optional(Type.Union([Type.Integer(), text])),
    side_tag: Type.Optional(text),
  },
  { title: 'Submission', additionalProperties: false },
)

/** The forms in which the service accepts a submission. */
export const submissionBody = {
  'application/json': submissionParameters,
  'multipart/form-data': Type.Object(
    { yaml: Type.Optional(Type.String({ format: 'binary', description: 'the document' })) },
    { description: 'the same parameters as fields', additionalProperties: text },
  ),
}

/** Source packages as the files of a form. */
export const sourcePackages = {
  'multipart/form-data': Type.Object(
    {},
    { additionalProperties: Type.String({ format: 'binary', description: 'a source package' }) },
  ),
}
