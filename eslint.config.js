import tseslint from 'typescript-eslint'

/** Time and chance are arguments in the rooms of the service; `clock.ts` is the one place that asks. */
const impure = [
  { object: 'Date', property: 'now', message: 'The clock is an argument: take `now` as a parameter.' },
  { object: 'Math', property: 'random', message: 'Chance is an argument.' },
]

const impureSyntax = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'The clock is an argument.',
  },
]

/** Commits and git have crash points on both sides (crash-points.ts); these would go round them. */
const aroundCrashPoints = [
  {
    selector: 'CallExpression[callee.property.name=/^(?:transaction|startTransaction)$/]',
    message: 'Every commit has a crash point: use inTransaction.',
  },
  {
    selector: 'CallExpression[callee.name=/^(?:execa|spawn|execFile)$/][arguments.0.value="git"]',
    message: 'Every call of git has a crash point: use distgit/git.ts.',
  },
]

/** The functions and classes that open a foundation. Only world.ts and the simulator use them; rooms get the result. */
const openers = [
  'AmqpBus',
  'Artifacts',
  'Authenticator',
  'DistGit',
  'Engine',
  'FolderStore',
  'HttpStore',
  'InProcessBus',
  'LocalHub',
  'Metrics',
  'Outbox',
  'PgBossQueue',
  'connect',
  'createApp',
  'joinEmbeddedCluster',
  'migrate',
  'openBuilder',
  'openPlatforms',
  'openSigner',
  'temporaryCluster',
]

/** The feature rooms of the service. */
const featureRooms =
  'packages/service/src/{submission,retirement,universe,expansion,modulebuilds,registry,builders,hub,gating,composes}'

export default tseslint.config(
  { ignores: ['**/node_modules/', 'examples/', '.state/', 'coverage/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      // A leading underscore says: the contract has it, this member does not need it.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['packages/service/src/**/*.ts', 'packages/{modulemd,rpm,repodata}/src/**/*.ts'],
    ignores: ['packages/service/src/clock.ts', '**/*.test.ts', '**/*.testing.ts'],
    rules: {
      'no-restricted-properties': ['error', ...impure],
      'no-restricted-syntax': ['error', ...impureSyntax, ...aroundCrashPoints],
    },
  },
  {
    files: ['packages/service/src/**/*.ts'],
    ignores: [
      '**/*.test.ts',
      '**/*.testing.ts',
      'packages/service/src/files.ts',
      'packages/service/src/package-header.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        ...['node:fs', 'node:fs/promises', 'fs', 'fs/promises'].map((name) => ({
          name,
          importNames: ['rename', 'renameSync'],
          message: 'Every rename has a crash point: use rename of files.ts.',
        })),
        {
          name: '@mbs/rpm',
          importNames: ['readRpmHeader'],
          message: 'Packages come from outside: use readHeader of package-header.ts, which has limits.',
        },
      ],
    },
  },
  {
    files: [`${featureRooms}/**/*.ts`],
    // A runner is a process of its own, with foundations of its own; steps.ts runs in it.
    ignores: ['**/*.test.ts', '**/*.testing.ts', 'packages/service/src/builders/local/steps.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/index.ts'],
              importNames: openers,
              allowTypeImports: true,
              message: 'Rooms open no foundation: take it as a part of the world (world.ts).',
            },
          ],
        },
      ],
    },
  },
  {
    // The wrappers themselves.
    files: ['packages/service/src/database/connect.ts', 'packages/service/src/distgit/git.ts'],
    rules: { 'no-restricted-syntax': ['error', ...impureSyntax] },
  },
)
