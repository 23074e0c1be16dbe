// The architecture as rules. docs/understand/architecture.md draws it; test/architecture.test.ts proves that the
// rules bite.
const room = (name) => `^packages/service/src/${name}/`

/** Feature rooms, and the feature rooms that each may import. */
const arrows = {
  submission: ['expansion', 'modulebuilds', 'universe', 'hub', 'builders', 'retirement'],
  retirement: [],
  universe: ['expansion', 'modulebuilds', 'registry', 'hub'],
  expansion: [],
  modulebuilds: ['registry', 'builders', 'hub', 'gating', 'retirement'],
  registry: ['hub'],
  builders: ['hub'],
  hub: [],
  gating: [],
  composes: ['hub', 'retirement'],
  /** Another world for the same rooms: it brings a builder, checks and builds of its own. */
  simulation: ['builders', 'hub', 'gating', 'modulebuilds', 'submission', 'universe'],
}
const features = Object.keys(arrows)
const foundations = [
  'config',
  'database',
  'jobs',
  'bus',
  'distgit',
  'defaults',
  'sandbox',
  'platforms',
  'published',
  'http',
  'telemetry',
  'auth',
  'artifacts',
  'signing',
]
/** Rooms that are entered by more than their index.ts. */
const doors = { hub: '(?:local/)?index', jobs: '(?:index|step)' }
const anyOf = (names) => `^packages/service/src/(?:${names.join('|')})/`

/** Files that decide and never do: no file, no process, no network, no database. */
const pureFiles =
  '^packages/service/src/(?:expansion/|jobs/step\\.ts|modulebuilds/(?:order/dependency-(?:order|names)|content/(?:final-modulemd|resumed-document|runtime-modules)|states|actions|decide|module-effects|dist-tag|macros|reuse)\\.ts|submission/(?:components/arches|document/(?:own-mbs-data|published|variants)|read-request|reuse/judge-reuse)\\.ts|auth/may\\.ts|builders/local/fair-share\\.ts|distgit/(?:source-list|url-template)\\.ts|composes/select\\.ts|builders/first-error\\.ts|published/complete-published\\.ts|hub/local/tags/(?:inheritance|package-list|package-filter)\\.ts|hub/local/content-generator/(?:metadata|archive-types)\\.ts)'

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'no cycles, type imports included',
      from: {},
      to: { circular: true },
    },
    ...features.map((name) => ({
      name: `room-${name}`,
      severity: 'error',
      comment: `${name} may import ${arrows[name].join(', ') || 'no feature room'}`,
      from: { path: room(name) },
      to: { path: anyOf(features.filter((other) => other !== name && !arrows[name].includes(other))) },
    })),
    {
      name: 'foundations-stand-below',
      severity: 'error',
      comment: 'foundations import no feature room',
      from: { path: anyOf(foundations) },
      to: { path: anyOf(features) },
    },
    {
      name: 'rooms-are-put-together-twice',
      severity: 'error',
      comment: 'the service and the simulator put the rooms together, nobody else',
      from: { pathNot: '^packages/service/src/(?:main\\.ts$|world\\.ts$|simulation/)' },
      to: { path: '^packages/service/src/rooms\\.ts$' },
    },
    {
      name: 'only-main-knows-all-rooms',
      severity: 'error',
      comment: 'nothing imports main.ts but the entry',
      from: { pathNot: '^packages/service/src/index\\.ts$' },
      to: { path: '^packages/service/src/main\\.ts$' },
    },
    ...[...features, ...foundations].map((name) => ({
      name: `door-of-${name}`,
      severity: 'error',
      comment: `other rooms enter ${name} by its index.ts`,
      from: { path: '^packages/service/src/', pathNot: room(name) },
      to: {
        path: room(name),
        pathNot: `^packages/service/src/${name}/${doors[name] ?? 'index'}\\.ts$`,
      },
    })),
    {
      name: 'local-hub-is-for-few',
      severity: 'error',
      comment: 'everybody holds a Hub; the local one is for the builders on it and for whoever opens it',
      from: {
        path: '^packages/service/src/',
        pathNot:
          '^packages/service/src/(?:hub/|builders/(?:local|fake)/|simulation/|world\\.ts$|rooms\\.ts$)',
      },
      to: { path: '^packages/service/src/hub/local/' },
    },
    {
      name: 'hub-knows-no-form',
      severity: 'error',
      comment: 'the interface does not know who implements it',
      from: { path: '^packages/service/src/hub/[^/]+\\.ts$', pathNot: '\\.(?:test|testing)\\.ts$' },
      to: { path: '^packages/service/src/hub/local/' },
    },
    {
      name: 'core-knows-no-presenter',
      severity: 'error',
      comment: 'what decides and writes module builds does not know how they are shown',
      from: { path: '^packages/service/src/modulebuilds/(?!api/|(?:index|room)\\.ts$)' },
      to: { path: '^packages/service/src/modulebuilds/api/' },
    },
    {
      name: 'pure-files-do-nothing',
      severity: 'error',
      comment: 'a pure file imports no input or output',
      from: { path: pureFiles, pathNot: '\\.test\\.ts$' },
      to: {
        dependencyTypesNot: ['type-only'],
        path: '^(?:node:)?(?:fs|child_process|net|http|https|dns|timers|os|worker_threads)|node_modules/(?:kysely|pg|pg-boss|fastify|execa)/|^packages/service/src/(?:database|sandbox|distgit|http|jobs/(?!step\\.ts))',
      },
    },
    {
      name: 'packages-know-no-service',
      severity: 'error',
      comment: 'modulemd, rpm, repodata and the client are for anybody',
      from: { path: '^packages/(?:modulemd|rpm|repodata|client)/' },
      to: { path: '^packages/(?:service|cli)/' },
    },
    {
      name: 'command-is-a-front-door',
      severity: 'error',
      comment: 'the command uses HTTP and the public entries of packages',
      from: { path: '^packages/cli/' },
      to: { path: '^packages/service/src/(?!(?:index|plan|published/index)\\.ts$)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.ts$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
