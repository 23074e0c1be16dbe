import { globSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes a minute or more. A fresh clone knows no durations, would begin these last, and wait for them alone. */
const longest = [
  'real-builds.test.ts',
  'cli.test.ts',
  'hostile-builds.test.ts',
  'simulation.test.ts',
  'real-walk.test.ts',
  'walk.test.ts',
  'kill.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}`))
      return index === -1 ? longest.length : index
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

// Some 500 processes of Node start in a run. What one has compiled is there for the next.
process.env['NODE_COMPILE_CACHE'] ??= path.join(os.tmpdir(), `mbs-test-compiled-${process.getuid?.() ?? 0}`)

const files = globSync(['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'], {
  cwd: import.meta.dirname,
})

/**
 * Files that need no database, no service and hardly a program. They share processes: most take less time than the start
 * of one. Others do not, since Node takes the longer to start a program, the more memory it has itself.
 */
const pure = files.filter(
  (file) =>
    !file.startsWith('test/') &&
    !/support\/|\.testing\.ts|embedded|execa|child_process|worker_threads|inject\(/.test(
      readFileSync(file, 'utf8'),
    ),
)

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'real',
          include: files.filter((file) => !pure.includes(file)),
          globalSetup: ['packages/service/test/support/cluster.ts'],
        },
      },
    ],
    // Real components (PostgreSQL, rpmbuild, dnf) answer in seconds, and a busy machine takes its time; two cores carry
    // two files at a time (three were no faster).
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    reporters: ['default', './scripts/slowest-files.ts'],
    sequence: { sequencer: LongestFirst },
  },
})
