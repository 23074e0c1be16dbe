import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..')
let copy: string

/** A tree with the service's rooms, which contain only the files of a test. */
beforeAll(async () => {
  copy = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-architecture-'))
  for (const name of ['node_modules', 'tsconfig.json', '.dependency-cruiser.cjs', 'package.json'])
    await symlink(path.join(root, name), path.join(copy, name))
})
afterAll(() => rm(copy, { recursive: true, force: true }))

/** Returns the names of the rules that these files break. */
async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  const packages = path.join(copy, 'packages')
  await rm(packages, { recursive: true, force: true })
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(packages, name)), { recursive: true })
    await writeFile(path.join(packages, name), text)
  }
  const { stdout } = await execa(
    'depcruise',
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages'],
    { cwd: copy, preferLocal: true, localDir: root, reject: false },
  )
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } }
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort()
}

const nothing = 'export const nothing = 1\n'
const service = (room: string, file = 'index') => `service/src/${room}/${file}.ts`

describe('the architecture rules', () => {
  test.each([
    [
      'an arrow that is allowed',
      {
        [service('submission', 'submit')]: "import '../modulebuilds/index.ts'\n",
        [service('modulebuilds')]: nothing,
      },
      [],
    ],
    [
      'an arrow that goes back',
      {
        [service('modulebuilds', 'x')]: "import '../submission/index.ts'\n",
        [service('submission')]: nothing,
      },
      ['room-modulebuilds'],
    ],
    [
      'a builder that knows the life cycle',
      {
        [service('builders', 'x')]: "import type { a } from '../modulebuilds/index.ts'\nexport type b = a\n",
        [service('modulebuilds')]: 'export type a = 1\n',
      },
      ['room-builders'],
    ],
    [
      'a foundation that knows a feature',
      { [service('jobs', 'x')]: "import '../hub/index.ts'\n", [service('hub')]: nothing },
      ['foundations-stand-below'],
    ],
    [
      'a way round a door',
      {
        [service('composes', 'x')]: "import '../hub/local/builds/builds.ts'\n",
        [service('hub/local/builds', 'builds')]: nothing,
      },
      ['door-of-hub', 'local-hub-is-for-few'],
    ],
    [
      'a room that holds the local hub',
      {
        [service('modulebuilds', 'x')]: "import '../hub/local/index.ts'\n",
        [service('hub/local')]: nothing,
      },
      ['local-hub-is-for-few'],
    ],
    [
      'an interface that knows a form of it',
      { [service('hub', 'x')]: "import './local/index.ts'\n", [service('hub/local')]: nothing },
      ['hub-knows-no-form'],
    ],
    [
      'a decision that knows how it is shown',
      {
        [service('modulebuilds', 'x')]: "import './api/present.ts'\n",
        [service('modulebuilds/api', 'present')]: nothing,
      },
      ['core-knows-no-presenter'],
    ],
    [
      'a cycle, of types too',
      {
        [service('hub', 'a')]: "import type { b } from './b.ts'\nexport type a = b\n",
        [service('hub', 'b')]: "import type { a } from './a.ts'\nexport type b = a\n",
      },
      ['no-cycles'],
    ],
    [
      'a pure file that reads a file',
      {
        [service('modulebuilds', 'decide')]:
          "import { readFileSync } from 'node:fs'\nexport const x = readFileSync\n",
      },
      ['pure-files-do-nothing'],
    ],
    [
      'a pure file that asks the database',
      {
        [service('expansion', 'expand')]: "import { x } from '../database/index.ts'\nexport const y = x\n",
        [service('database')]: 'export const x = 1\n',
      },
      ['pure-files-do-nothing'],
    ],
    [
      'a package for anybody that knows the service',
      { 'rpm/src/x.ts': "import '../../service/src/index.ts'\n", 'service/src/index.ts': nothing },
      ['packages-know-no-service'],
    ],
    [
      'a client that knows the service',
      { 'client/src/x.ts': "import '../../service/src/index.ts'\n", 'service/src/index.ts': nothing },
      ['packages-know-no-service'],
    ],
    [
      'a room that puts rooms together',
      { [service('composes', 'x')]: "import '../rooms.ts'\n", 'service/src/rooms.ts': nothing },
      ['rooms-are-put-together-twice'],
    ],
    [
      'the second door of jobs, and a way round it',
      {
        [service('composes', 'x')]: "import '../jobs/step.ts'\nimport '../jobs/engine.ts'\n",
        [service('jobs', 'step')]: nothing,
        [service('jobs', 'engine')]: nothing,
      },
      ['door-of-jobs'],
    ],
    [
      'a command that goes round HTTP',
      { 'cli/src/x.ts': "import '../../service/src/hub/index.ts'\n", [service('hub')]: nothing },
      ['command-is-a-front-door'],
    ],
    [
      'a room that knows main',
      { [service('hub', 'x')]: "import '../main.ts'\n", 'service/src/main.ts': nothing },
      ['only-main-knows-all-rooms'],
    ],
  ])('judge %s', async (_, files, rules) => {
    expect(await broken(files)).toEqual(rules)
  })

  test('name every room there is, so that a new one cannot stand outside of them', async () => {
    const rooms = (await readdir(path.join(root, 'packages/service/src'), { withFileTypes: true })).filter(
      (entry) => entry.isDirectory(),
    )
    const rules = await readFile(path.join(root, '.dependency-cruiser.cjs'), 'utf8')
    for (const { name } of rooms) expect(rules).toMatch(new RegExp(`\\b${name}\\b`))
  })
})

describe('the linter', () => {
  test.each([
    ['the clock', 'export const now = Date.now()\n', 'no-restricted-properties'],
    ['the clock in its other form', 'export const now = new Date()\n', 'no-restricted-syntax'],
    ['chance', 'export const luck = Math.random()\n', 'no-restricted-properties'],
    [
      'a rename without a crash point',
      "import { rename } from 'node:fs/promises'\nexport { rename }\n",
      'no-restricted-imports',
    ],
    [
      'a commit without a crash point',
      'export const f = (d: { transaction(): void }) => d.transaction()\n',
      'no-restricted-syntax',
    ],
    [
      'git without a crash point',
      "import { execa } from 'execa'\nexport const g = () => execa('git', [])\n",
      'no-restricted-syntax',
    ],
    [
      'a foundation that is opened',
      "import { connect } from '../../../database/index.ts'\nexport const own = connect('')\n",
      '@typescript-eslint/no-restricted-imports',
    ],
    [
      'a header that is read without limits',
      "import { readRpmHeader } from '@mbs/rpm'\nexport { readRpmHeader }\n",
      'no-restricted-imports',
    ],
    [
      'a promise that nobody waits for',
      'export function f() { Promise.resolve() }\n',
      '@typescript-eslint/no-floating-promises',
    ],
  ])('refuses %s in a room', async (_, text, rule) => {
    const { ESLint } = await import('eslint')
    const linter = new ESLint({ cwd: root })
    // A file that the TypeScript project knows, with another text.
    const [result] = await linter.lintText(text, {
      filePath: path.join(root, 'packages/service/src/hub/local/builds/builds.ts'),
    })
    expect(result?.messages.map(({ ruleId }) => ruleId)).toContain(rule)
  })
})
