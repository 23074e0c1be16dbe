import Type from 'typebox'
import { apiError, moment, orNull } from '../../../http/index.ts'
import { buildStates } from '../../hub.ts'

/** Schemas of the hub's objects, as the API's description contains them. */

const text = Type.String()
const textOrNull = orNull(text)

/** A value that the maker of a build gave. The hub keeps it unchanged. */
const freeForm = Type.Unknown({ description: 'as it was given' })

/** Responses to a change that conflicts with an object of the hub. */
export const conflict = { 409: apiError }

/** Responses when the inheritance of a tag is too large, or has an invalid pattern. */
export const unsound = { 422: apiError }

/** Responses when the body names an object that does not exist. */
export const missing = { 404: apiError }

const buildProperties = {
  id: Type.Integer(),
  nvr: text,
  name: text,
  version: text,
  release: text,
  epoch: orNull(Type.Integer()),
  state: Type.Enum([...buildStates]),
  types: Type.Array(Type.String({ description: 'rpm, module, image' })),
  owner: text,
  source: textOrNull,
  content_generator: textOrNull,
  creation_time: moment,
  start_time: orNull(moment),
  completion_time: orNull(moment),
}

export const shownBuild = Type.Object(buildProperties, { title: 'HubBuild' })

export const taggedBuild = Type.Object(
  { ...buildProperties, tag: text, create_event: Type.Integer() },
  { title: 'TaggedBuild' },
)

const file = { size: Type.Integer(), sha256: text }

export const wholeBuild = Type.Object(
  {
    ...buildProperties,
    tags: Type.Array(text),
    extra: freeForm,
    typeinfo: Type.Record(text, freeForm),
    rpms: Type.Array(
      Type.Object({
        id: Type.Integer(),
        nevra: text,
        file: text,
        ...file,
        sigmd5: text,
        signed: Type.Array(Type.String({ description: 'the id of a key' })),
      }),
    ),
    archives: Type.Array(
      Type.Object({
        id: Type.Integer(),
        type: text,
        filename: text,
        subdir: text,
        arch: textOrNull,
        ...file,
        checksum_type: text,
        checksum: text,
        extra: freeForm,
        rpms: Type.Integer({ description: 'number of its packages in the hub' }),
      }),
    ),
    logs: Type.Array(Type.Object({ subdir: text, filename: text, ...file })),
    buildroots: Type.Array(
      Type.Object({
        id: Type.Integer(),
        host: Type.Object({ os: textOrNull, arch: text }),
        container: Type.Object({ type: text, arch: text }),
        tools: freeForm,
        record: Type.String({ description: 'the path of its record among the files of the build' }),
      }),
    ),
  },
  { title: 'WholeHubBuild' },
)

export const buildFiles = Type.Object({
  nvr: text,
  files: Type.Array(Type.Object({ path: text, size: orNull(Type.Integer()), sha256: text })),
})

const dependencies = Type.Array(Type.Object({ name: text, flags: Type.Integer(), version: text }))

export const rpmHeader = Type.Object(
  {
    nevra: Type.Object({ name: text, epoch: Type.Integer(), version: text, release: text, arch: text }),
    isSource: Type.Boolean(),
    sourceRpm: Type.Optional(text),
    modularityLabel: Type.Optional(text),
    summary: text,
    license: text,
    buildTime: Type.Integer(),
    buildHost: Type.Optional(text),
    exclusiveArch: Type.Array(text),
    excludeArch: Type.Array(text),
    requires: dependencies,
    provides: dependencies,
    conflicts: dependencies,
    obsoletes: dependencies,
    files: Type.Array(
      Type.Object({
        path: text,
        mode: Type.Integer(),
        size: Type.Integer(),
        digest: text,
        flags: Type.Integer(),
        linkTo: text,
        user: text,
        group: text,
        isGhost: Type.Boolean(),
        isDirectory: Type.Boolean(),
      }),
    ),
    signatureMd5: Type.Optional(text),
    headerSha256: Type.Optional(text),
    payloadSize: Type.Optional(Type.Integer()),
    controlCharacterIn: Type.Optional(text),
    headerRange: Type.Array(Type.Integer(), { description: 'where it begins and ends in the file' }),
  },
  { title: 'RpmHeader' },
)

export const artifactFaults = Type.Object({
  verified: Type.Integer(),
  faults: Type.Array(
    Type.Object(
      {
        sha256: text,
        problem: Type.Enum(['missing', 'size', 'content', 'unreadable']),
        sentence: text,
      },
      { title: 'ArtifactFault' },
    ),
  ),
  next: orNull(Type.String({ description: 'digest to continue after' })),
})

export const hubEvent = Type.Object({ id: Type.Integer(), at: moment, user: text }, { title: 'HubEvent' })

export const historyEntry = Type.Object(
  {
    event: Type.Integer(),
    at: moment,
    user: text,
    subject: text,
    action: Type.Enum(['added', 'removed']),
    what: text,
  },
  { title: 'HistoryEntry' },
)

const tagSettings = {
  id: Type.Integer(),
  name: text,
  arches: Type.String({ description: 'separated by spaces' }),
  permission: textOrNull,
  locked: Type.Boolean(),
  extra: Type.Record(text, freeForm),
}

export const shownTag = Type.Object({ ...tagSettings, blocked_extra: Type.Array(text) }, { title: 'HubTag' })

export const buildConfig = Type.Object({
  ...tagSettings,
  origins: Type.Record(text, text, { description: 'which tag each inherited setting is from' }),
})

const linkProperties = {
  child: text,
  parent: text,
  priority: Type.Integer(),
  maxdepth: orNull(Type.Integer()),
  intransitive: Type.Boolean(),
  noconfig: Type.Boolean(),
  pkg_filter: text,
}

/** A link of a tag. A link of the full inheritance also has its depth and the filters on the way to it. */
export const shownLink = Type.Object(
  {
    ...linkProperties,
    currdepth: Type.Optional(Type.Integer()),
    nextdepth: Type.Optional(orNull(Type.Integer())),
    filter: Type.Optional(Type.Array(text)),
  },
  { title: 'InheritanceLink' },
)

export const listedPackage = Type.Object(
  { package: text, owner: text, blocked: Type.Boolean(), extra_arches: text, tag: text },
  { title: 'ListedPackage' },
)

export const shownGroup = Type.Object({
  name: text,
  tag: text,
  exported: Type.Boolean(),
  display_name: text,
  is_default: Type.Boolean(),
  uservisible: Type.Boolean(),
  description: text,
  langonly: textOrNull,
  biarchonly: Type.Boolean(),
  packages: Type.Array(
    Type.Object({ package: text, type: text, basearchonly: Type.Boolean(), requires: textOrNull }),
  ),
  requirements: Type.Array(Type.Object({ group: text, type: text, is_metapkg: Type.Boolean() })),
})

export const shownTarget = Type.Object(
  { id: Type.Integer(), name: text, build_tag: text, dest_tag: text },
  { title: 'HubTarget' },
)

export const taggedRpm = Type.Object({
  id: Type.Integer(),
  nevra: text,
  arch: text,
  file: text,
  ...file,
  sigmd5: text,
  build: text,
  tag: text,
})

/** The form of an import, as content generators send it. */
export const importForm = {
  'multipart/form-data': Type.Object(
    {
      metadata: Type.String({ description: 'JSON: build, buildroots and output; before the files' }),
      token: Type.Optional(Type.String({ description: 'of a reservation' })),
    },
    { additionalProperties: Type.String({ format: 'binary', description: 'a file, named by its path' }) },
  ),
}
