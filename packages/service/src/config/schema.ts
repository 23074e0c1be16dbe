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
 * The source of build roots. A platform has a list of repositories, the groups to install from them, its arches and its
 * mark in dist tags. A platform with `generated: true` is made from this host's own packages.
 */
const platform = Type.Object(
  {
    generated: Type.Optional(Type.Boolean()),
    repositories: Type.Optional(Type.Array(repository, { minItems: 1 })),
    buildGroup: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    srpmBuildGroup: Type.Optional(Type.Array(Type.String())),
    arches: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    disttagMarking: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._]*$' })),
    /** Other names of its stream, which several platforms may share: `el8` for el8.9.0 and el8.10.0. */
    virtualStreams: Type.Optional(Type.Array(streamName)),
    /** Whether build roots also have the default streams of modules (scm.moduleDefaults). */
    useDefaultModules: Type.Optional(Type.Boolean()),
    /**
     * Whether modules can build against the modules in its repositories. The service reads these once, at the start.
     */
    publishedModules: Type.Optional(Type.Boolean()),
  },
  closed,
)

/** All keys of the configuration. Their names contain the units. */
export const configSchema = Type.Object(
  {
    dataDir: Type.String(),
    cacheDir: Type.String(),
    database: Type.Object(
      {
        url: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
        /** Prepares frequent statements on each connection; not behind a pooler that cannot keep them. */
        preparedStatements: Type.Boolean(),
      },
      closed,
    ),
    /** The parts of the service that this process runs; another process on the same database may run the others. */
    roles: Type.Array(Type.Enum(['api', 'scheduler']), { minItems: 1, uniqueItems: true }),
    bus: Type.Object(
      {
        /** A RabbitMQ server; without it messages stay in the process. */
        url: Type.Optional(Type.String({ pattern: '^amqps?://' })),
        exchange: Type.String({ minLength: 1 }),
        /** Prefix of every topic: `org.fedoraproject.prod` makes `org.fedoraproject.prod.mbs.module.state.change`. */
        topicPrefix: Type.String({ pattern: '^([A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)?$', maxLength: 150 }),
        /** The queue of messages for the processes of this service; unset: `mbs-` and the database's identity. */
        queue: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._:-]+$', maxLength: 200 })),
      },
      closed,
    ),
    /** Permissions. Without any authentication, every user of this machine may change everything. */
    auth: Type.Object(
      {
        /** User → the SHA-256 of their token, in hexadecimal. */
        tokens: Type.Record(
          Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._/@-]*$' }),
          Type.String({ pattern: '^[0-9a-f]{64}$' }),
        ),
        /** Group → its users, in addition to the groups that a provider or a proxy reports. */
        groups: Type.Record(Type.String({ minLength: 1 }), Type.Array(Type.String())),
        /** Users with every permission, and groups of such users. */
        admins: Type.Array(Type.String()),
        adminGroups: Type.Array(Type.String()),
        /** Users and groups that may submit; with both empty, every authenticated user. */
        allowedUsers: Type.Array(Type.String()),
        allowedGroups: Type.Array(Type.String()),
        /** Groups that may import modules, in addition to admins. */
        importGroups: Type.Array(Type.String()),
        /**
         * Tokens of an OpenID provider: the service asks it (introspectionUrl), or checks them by its keys (jwksUrl).
         */
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
        /** A web server in front of the service that names the caller, after Kerberos for example. */
        proxy: Type.Optional(
          Type.Object(
            {
              header: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]*$' }),
              groupsHeader: Type.Optional(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]*$' })),
              /** Its addresses and networks; the service ignores the header from any other address. */
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
        /** Names by which clients call the service, in addition to those of loopback. */
        names: Type.Array(hostName),
        /** Addresses and networks of web servers in front, whose headers give the requested URL. */
        proxies: Type.Array(Type.String()),
        /** Time limit for the head of a request. */
        headSeconds: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
        /** In each period of this length, 64 KiB of a body must arrive, or its end. */
        bodySeconds: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
      },
      closed,
    ),
    scm: Type.Object(
      {
        /** Prefixes of scmurls from which modules may be built. */
        allowed: Type.Array(Type.String()),
        /** Prefix of the repositories of components, to which a name is appended; or a template with `{name}`. */
        rpms: Type.String(),
        /** The same for a module whose components another module includes. */
        modules: Type.String(),
        /** Whether documents may name repositories and caches of their own for components. */
        customRepositories: Type.Boolean(),
        customCaches: Type.Boolean(),
        /** Whether a document may have another name or stream than its repository and branch. */
        nameOverride: Type.Boolean(),
        streamOverride: Type.Boolean(),
        /**
         * The place of archives, which lie at rpms/NAME/FILE/HASHTYPE/HASH/FILE below it; or a template, at least with
         * `{hash}`.
         */
        lookaside: Type.String({ pattern: '^(file|https?)://' }),
        /** A repository of modulemd-defaults documents with a branch per platform; empty: none. */
        moduleDefaults: Type.String(),
        timeoutSeconds: Type.Integer({ minimum: 1 }),
      },
      closed,
    ),
    /** Retries of an effect while a backend (dist-git, the builder, a full disk) is unavailable. */
    retries: Type.Object(
      {
        attemptsMax: Type.Integer({ minimum: 1 }),
        pauseSecondsMax: Type.Number({ exclusiveMinimum: 0 }),
      },
      closed,
    ),
    /** Rules for submissions. */
    submission: Type.Object(
      {
        budgetSeconds: Type.Number({ minimum: 0 }),
        /** Most components of one module, including those of the modules that it includes. */
        componentsMax: Type.Integer({ minimum: 1 }),
        /** Whether a request may contain the document of a build that is no scratch build. */
        yamlAllowed: Type.Boolean(),
        scratchAllowed: Type.Boolean(),
        /** Patterns of branches that allow only scratch builds. */
        scratchOnlyBranches: Type.Array(Type.String()),
        /** Patterns of branches; the groups of the first matching pattern are the platform's stream. */
        baseStreamFromBranch: Type.Array(Type.String()),
        /** The strategy of submissions that name none. */
        rebuildStrategy: Type.Enum(strategies),
        rebuildStrategiesAllowed: Type.Array(Type.Enum(strategies)),
      },
      closed,
    ),
    cleanUp: Type.Object(
      {
        /** Time in which a failed build can be submitted again; then the service deletes its tags. */
        failedDays: Type.Number({ minimum: 1 }),
      },
      closed,
    ),
    /** The rules by which a document's dependencies become builds. */
    expansion: Type.Object(
      {
        /**
         * Whether to exclude modules that were built on a newer minor version or another major version of the platform.
         */
        onlyCompatibleBaseModules: Type.Boolean(),
        /** Pattern at the beginning of a platform's name → a number to add to its stream version. */
        streamSuffixes: Type.Record(Type.String(), Type.Number()),
        /** Module → the stream to use when several are allowed. */
        defaultStreams: Type.Record(Type.String({ minLength: 1 }), streamName),
        /** Modules that set the arches and the mark in dist tags of the modules that are built with them. */
        privilegedModules: Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true }),
      },
      closed,
    ),
    /** Handling of modules in the hub. */
    hub: Type.Object(
      {
        /** Whether the packages that a module does not publish come into the hub, as NAME-devel. */
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
        /** With less free space on the disk of dataDir, builds wait. */
        diskFreeMegabytesMin: Type.Integer({ minimum: 0 }),
        /** Time limit for all runs of rpmbuild of one attempt. */
        componentMinutesMax: Type.Number({ exclusiveMinimum: 0 }),
        distTagRequired: Type.Boolean(),
        /** Time limit for one installation into a root, scriptlets included. */
        installMinutesMax: Type.Number({ exclusiveMinimum: 0 }),
        /** Limits of a build, an installation or a check; the service kills one that exceeds them. */
        memoryMegabytesMax: Type.Integer({ minimum: 1 }),
        processesMax: Type.Integer({ minimum: 1 }),
        diskMegabytesMax: Type.Integer({ minimum: 1 }),
        filesMax: Type.Integer({ minimum: 1 }),
        /** Size limit of one log. */
        logMegabytesMax: Type.Integer({ minimum: 1 }),
        user: Type.Integer({ minimum: 1 }),
      },
      closed,
    ),
    /** The signer of packages and of the metadata of composes. */
    signing: Type.Object(
      {
        mode: Type.Enum(['gpg', 'command', 'none']),
        /** A fingerprint, key id or user id; unset: a key that the service creates. */
        key: Type.Optional(Type.String({ pattern: '^[^\\s-]' })),
        /** Unset: `keys` in dataDir. */
        gnupgHome: Type.Optional(Type.String({ minLength: 1 })),
        /** The program of the mode `command`, and its first arguments. */
        command: Type.Array(Type.String()),
        minutesMax: Type.Number({ exclusiveMinimum: 0 }),
      },
      closed,
    ),
    /** The store of packages, logs and documents, by their digests. */
    artifacts: Type.Object(
      {
        /** A server that accepts PUT and DELETE; unset: a folder in dataDir. */
        url: Type.Optional(Type.String({ pattern: '^https?://' })),
        /** Time for which the store keeps an unreferenced artifact. */
        graceHours: Type.Number({ exclusiveMinimum: 0 }),
        /** With less free space on its disk, the store accepts nothing. */
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

/** The environment variables, with the keys that they set. */
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
