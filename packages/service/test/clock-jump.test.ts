import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../src/sandbox/index.ts'
import { moduleDocument, TestDistGit } from './support/dist-git.ts'
import { ended, type BuildView } from './support/house.ts'
import { sharedCache, spec } from './support/local.ts'
import { startProcess, type ServiceProcess } from './support/process.ts'

/** The library that faketime preloads. It makes every clock except the monotonic one show the content of a file. */
const { stdout: library, exitCode } = await execa('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], {
  reject: false,
})

/**
 * Removes the shared memory of faketime for processes that have ended. Killed processes leave it behind, and a later
 * process of another user with the same process id cannot start.
 */
async function sweepFaketime(): Promise<void> {
  for (const name of await readdir('/dev/shm')) {
    const pid = /^(?:sem\.faketime_sem|faketime_shm)_(\d+)$/.exec(name)?.[1]
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    // Only root may remove the leftovers of other users.
    await rm(`/dev/shm/${name}`, { force: true }).catch(() => undefined)
  }
}

describe.skipIf(exitCode !== 0)('a clock that jumps (needs faketime)', () => {
  let folder: string
  let service: ServiceProcess | undefined
  let distGit: TestDistGit
  beforeAll(sweepFaketime)
  afterAll(async () => {
    await service?.stop()
    await distGit.remove()
    await removeTree(folder)
    await sweepFaketime()
  })

  test(
    'forwards and back by hours, under the service, PostgreSQL and the runners, loses and doubles nothing',
    { timeout: 120_000 },
    async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-clock-'))
      await chmod(folder, 0o755)
      distGit = await TestDistGit.create()
      const file = path.join(folder, 'clock')
      const setClock = (offset: string) => writeFile(file, `${offset}\n`)
      await setClock('+0')
      service = await startProcess(
        folder,
        {
          dataDir: path.join(folder, 'data'),
          cacheDir: sharedCache(),
          http: { port: 0 },
          scm: {
            allowed: [`${distGit.url}/modules/`],
            rpms: `${distGit.url}/rpms/`,
            lookaside: `${distGit.url}/`,
          },
          log: { level: 'error' },
        },
        {
          LD_PRELOAD: library,
          FAKETIME_TIMESTAMP_FILE: file,
          FAKETIME_NO_CACHE: '1',
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      )
      const route = `${service.url}/module-build-service/2/module-builds/`
      const show = async (id: number) =>
        (await (await fetch(`${route}${id}?verbose=true`)).json()) as BuildView
      const submit = async (name: string): Promise<number> => {
        await distGit.commit(`rpms/${name}`, 'main', {
          [`${name}.spec`]: spec(name, { build: 'sleep 4' }),
        })
        const answer = await fetch(route, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(await distGit.module(`m-${name}`, moduleDocument({ [name]: 1 }))),
        })
        return ((await answer.json()) as BuildView[])[0]?.id ?? 0
      }
      const until = async (id: number, is: (build: BuildView) => boolean): Promise<BuildView> => {
        for (;;) {
          const build = await show(id)
          if (is(build)) return build
          await sleep(50)
        }
      }
      const compiles = ({ waiting_for }: BuildView) =>
        waiting_for.some(({ sentence }) => sentence.endsWith(': rpmbuild') && !sentence.startsWith('module'))
      const shownBy = async (id: number) =>
        Date.parse(((await show(id)) as BuildView & { time_modified: string }).time_modified)

      const first = await submit('a')
      await until(first, compiles)
      await setClock('+6h')
      // A second build begins while the first one runs.
      const second = await submit('b')
      await until(second, compiles)
      expect((await shownBy(second)) - Date.now()).toBeGreaterThan(5 * 3600_000)
      await setClock('-12h')
      const builds = [await until(first, ended), await until(second, ended)]
      expect((await shownBy(second)) - Date.now()).toBeLessThan(-11 * 3600_000)
      for (const build of builds) {
        expect(build).toMatchObject({ state_name: 'ready', stopped_by: null })
        expect(build.components.map(({ attempt }) => attempt)).toEqual([1, 1])
      }
    },
  )
})
