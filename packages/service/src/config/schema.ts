import Type from 'typebox'

const url = Type.String({ pattern: '^https?://' })

const strategies = ['all', 'changed-and-after', 'only-changed'] as const

const closed = { additionalProperties: false }

const streamName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$', maxLength: 200 })

const hostName = Type.String({ pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$', maxLength: 253 })

const repository = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
    url: Type.String({ pattern: '^(file|https?)://' }),
  },
  closed,
)

/**
 * What a build root is made of. A platform is a list of repositories, the groups to install from them, its
 * arches and its mark in dist tags; `generated: true` is the platform that is made from this host's own packages.
 */
const platform = Type.Object(
  {
    generated: Type.Optional(Type.Boolean()),
    repositories: Type.Optional(Type.Array(repository, { minItems: 1 })),
    buildGroup: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    srpmBuildGroup: Type.Optional(Type.Array(Type.String())),
    arches: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    disttagMarking: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._]*$' })),
    /** Other names for its stream, which several platforms may share: `el8` for el8.9.0 and el8.10.0. */
    virtualStreams: Type.Optional(Type.Array(streamName)),
    /** Whether build roots also have the default streams of modules (scm.moduleDefaults). */
    useDefaultModules: Type.Optional(Type.Boolean()),
    /** Whether the modules that its repositories publish are there to build against. Read once, at the start. */
    publishedModules: Type.Optional(Type.Boolean()),
  },
  closed,
)

/** Every key of the configuration. Names carry their units. */
export const configSchema = Type.Object(
  {
    dataDir: Type.String(),
    cacheDir: Type.String(),
    database: Type.Object({ url: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })) }, closed),
    /** What this process does; another one on the same database may do the rest. */
    roles: Type.Array(Type.Enum(['api', 'scheduler']), { minItems: 1, uniqueItems: true }),
    bus: Type.Object(
      {
        /** A RabbitMQ server; without it messages stay in the process. */
        url: Type.Optional(Type.String({ pattern: '^amqps?://' })),
        exchange: Type.String({ minLength: 1 }),
        /** Before every topic: `org.fedoraproject.prod` makes `org.fedoraproject.prod.mbs.module.state.change`. */
        topicPrefix: Type.String({ pattern: '^([A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)?$', maxLength: 150 }),
        /** Where messages wait for the processes of this service; unset: `mbs-` and the database's identity. */
        queue: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._:-]+$', maxLength: 200 })),
      },
      closed,
    ),
    /** Who may change what. Where nobody can say who they are, everybody may, on this machine. */
    auth: Type.Object(
      {
        /** User → the SHA-256 of their token, in hexadecimal. */
        tokens: Type.Record(
          Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._/@-]*$' }),
          Type.String({ pattern: '^[0-9a-f]{64}$' }),
        ),
        /** Group → its users, beside what a provider or a proxy says of groups. */
        groups: Type.Record(Type.String({ minLength: 1 }), Type.Array(Type.String())),
        /** Users who have every permission, and groups of such. */
        admins: Type.Array(Type.String()),
        adminGroups: Type.Array(Type.String()),
        /** Who may submit; both empty: everybody who says who they are. */
        allowedUsers: Type.Array(Type.String()),
        allowedGroups: Type.Array(Type.String()),
        /** Who may import modules, beside admins. */
        importGroups: Type.Array(Type.String()),
        /** Tokens of an OpenID provider: it is asked (introspectionUrl), or its keys check them (jwksUrl). */
        oidc: Type.Optional(
          Type.Object(
            {
              introspectionUrl: Type.Optional(url),
              clientId: Type.Optional(Type.String()),
              clientSecretFile: Type.Optional(Type.String()),
              userinfoUrl: Type.Optional(url),
              jwksUrl: Type.Optional(url),
              issuer: Type.Optional(Type.String()),
              audience: Type.Optional(Type.String()),
              scopes: Type.Array(Type.String()),
              userClaim: Type.String({ minLength: 1 }),
              groupsClaim: Type.String({ minLength: 1 }),
            },
            closed,
          ),
        ),
        /** A web server in front that says who asks, after Kerberos for example. */
        proxy: Type.Optional(
          Type.Object(
            {
              header: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]*$' }),
              groupsHeader: Type.Optional(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]*$' })),
              /** Its addresses and networks: from others the header means nothing. */
              addresses: Type.Array(Type.String(), { minItems: 1 }),
            },
            closed,
          ),
        ),
      },
      closed,
    ),
    http: Type.Object(
      {
        host: Type.String(),
        port: Type.Integer({ minimum: 0, maximum: 65535 }),
        /** Names by which its clients call the service, beside those of loopback. */
        names: Type.Array(hostName),
        /** Addresses and networks of web servers in front, whose headers say what was asked for. */
        proxies: Type.Array(Type.String()),
        /** So long the head of a request may take. */
        headSeconds: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
        /** In so long a part of a body that is worth the wait must have come. */
        bodySeconds: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
      },
      closed,
    ),
    scm: Type.Object(
      {
        /** Prefixes of scmurls from which modules may be built. */
        allowed: Type.Array(Type.String()),
        /** Before the name of a component, its repository; or a template with `{name}`. */
        rpms: Type.String(),
        /** The same for a module whose components another one includes. */
        modules: Type.String(),
        /** Whether documents may name repositories and caches of their own for components. */
        customRepositories: Type.Boolean(),
        customCaches: Type.Boolean(),
        /** Whether a document may have another name or stream than its repository and branch. */
        nameOverride: Type.Boolean(),
        streamOverride: Type.Boolean(),
        /** Archives are at rpms/NAME/FILE/HASHTYPE/HASH/FILE below it; or a template, with `{hash}` at least. */
        lookaside: Type.String({ pattern: '^(file|https?)://' }),
        /** A repository of modulemd-defaults documents with a branch per platform; empty: none. */
        moduleDefaults: Type.String(),
        timeoutSeconds: Type.Integer({ minimum: 1 }),
      },
      closed,
    ),
    /** How long an effect is tried while what it leans on (dist-git, the builder, a full disk) is away. */
    retries: Type.Object(
      {
        attemptsMax: Type.Integer({ minimum: 1 }),
        pauseSecondsMax: Type.Number({ exclusiveMinimum: 0 }),
      },
      closed,
    ),
    /** What may be submitted. */
    submission: Type.Object(
      {
        budgetSeconds: Type.Number({ minimum: 0 }),
        /** Of one module, with those of the modules that it includes. */
        componentsMax: Type.Integer({ minimum: 1 }),
        /** Documents in the request itself, of builds that are no scratch builds. */
        yamlAllowed: Type.Boolean(),
        scratchAllowed: Type.Boolean(),
        /** Patterns of branches of which scratch builds only are made. */
        scratchOnlyBranches: Type.Array(Type.String()),
        /** Patterns of branches; the groups of the first that fits are the platform's stream. */
        baseStreamFromBranch: Type.Array(Type.String()),
        /** Of submissions that do not say. */
        rebuildStrategy: Type.Enum(strategies),
        rebuildStrategiesAllowed: Type.Array(Type.Enum(strategies)),
      },
      closed,
    ),
    cleanUp: Type.Object(
      {
        /** So long a failed build may be taken up again; then its tags are deleted. */
        failedDays: Type.Number({ minimum: 1 }),
      },
      closed,
    ),
    /** How a document's dependencies become builds. */
    expansion: Type.Object(
      {
        /** Whether modules built on a newer minor version of the platform, or on another major one, are left out. */
        onlyCompatibleBaseModules: Type.Boolean(),
        /** Pattern at the beginning of a platform's name → what it adds to its stream version. */
        streamSuffixes: Type.Record(Type.String(), Type.Number()),
        /** Module → the stream that stands for a choice of several. */
        defaultStreams: Type.Record(Type.String({ minLength: 1 }), streamName),
        /** Modules that set the arches and the mark in dist tags of those that are built with them. */
        privilegedModules: Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true }),
      },
      closed,
    ),
    /** What becomes of modules in the hub. */
    hub: Type.Object(
      {
        /** Whether what a module does not ship comes in beside it, as NAME-devel. */
        develModules: Type.Boolean(),
      },
      closed,
    ),
    platforms: Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._]*$' }), platform),
    builder: Type.Object(
      {
        /** `local`, `fake`, or `/path/to/module.js#ClassName`. */
        name: Type.String(),
        concurrentBuildsMax: Type.Integer({ minimum: 1 }),
        /** With less left on the disk of dataDir, builds wait. */
        diskFreeMegabytesMin: Type.Integer({ minimum: 0 }),
        /** For all runs of rpmbuild of one attempt. */
        componentMinutesMax: Type.Number({ exclusiveMinimum: 0 }),
        distTagRequired: Type.Boolean(),
        /** For one installation into a root, scriptlets included. */
        installMinutesMax: Type.Number({ exclusiveMinimum: 0 }),
        /** What a build, an installation or a check may use; with more it is killed. */
        memoryMegabytesMax: Type.Integer({ minimum: 1 }),
        processesMax: Type.Integer({ minimum: 1 }),
        diskMegabytesMax: Type.Integer({ minimum: 1 }),
        filesMax: Type.Integer({ minimum: 1 }),
        /** Of one log. */
        logMegabytesMax: Type.Integer({ minimum: 1 }),
        user: Type.Integer({ minimum: 1 }),
      },
      closed,
    ),
    /** Who signs packages and the metadata of composes. */
    signing: Type.Object(
      {
        mode: Type.Enum(['gpg', 'command', 'none']),
        /** A fingerprint, key id or user id; unset: one that the service makes. */
        key: Type.Optional(Type.String({ pattern: '^[^\\s-]' })),
        /** Unset: `keys` in dataDir. */
        gnupgHome: Type.Optional(Type.String({ minLength: 1 })),
        /** The program of the mode `command`, and its first arguments. */
        command: Type.Array(Type.String()),
        minutesMax: Type.Number({ exclusiveMinimum: 0 }),
      },
      closed,
    ),
    /** Where packages, logs and documents are kept, by their digests. */
    artifacts: Type.Object(
      {
        /** A server that takes PUT and DELETE; unset: a folder in dataDir. */
        url: Type.Optional(Type.String({ pattern: '^https?://' })),
        /** So long what nobody refers to is kept. */
        graceHours: Type.Number({ exclusiveMinimum: 0 }),
        /** With less left on its disk, nothing more is taken in. */
        diskFreeMegabytesMin: Type.Integer({ minimum: 0 }),
      },
      closed,
    ),
    log: Type.Object(
      { level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) },
      closed,
    ),
  },
  closed,
)

export type Config = Type.Static<typeof configSchema>
export type PlatformConfig = Type.Static<typeof platform>

/** Which environment variable sets which key. */
export const environmentKeys: Readonly<Record<string, string>> = {
  DATABASE_URL: 'database.url',
  AMQP_URL: 'bus.url',
  MBS_DATA_DIR: 'dataDir',
  MBS_CACHE_DIR: 'cacheDir',
  MBS_HTTP_HOST: 'http.host',
  MBS_HTTP_PORT: 'http.port',
  MBS_BUILDER: 'builder.name',
  MBS_LOG_LEVEL: 'log.level',
}
