import { mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moduleDocument } from './support/dist-git.ts'
import { ended, openHouse, type BuildView, type House } from './support/house.ts'
import { localConfig, spec } from './support/local.ts'

const megabyte = 1024 * 1024

/** Only root can mount a disk of its own. */
const disk = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-disk-'))
const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=755', 'tmpfs', disk], {
  reject: false,
})
const mayMount = mounted.exitCode === 0

describe.skipIf(!mayMount)('a full disk (needs root, to mount one)', () => {
  let house: House
  beforeAll(async () => {
    const config = {
      ...localConfig(),
      dataDir: disk,
      'builder.diskFreeMegabytesMin': 100,
      'artifacts.diskFreeMegabytesMin': 60,
      'retries.attemptsMax': 2,
      'retries.pauseSecondsMax': 1,
    }
    house = await openHouse({ config })
  })
  afterAll(async () => {
    await house.close()
    // The resolver of dependencies stays for some idle minutes and holds the folder.
    await execa('umount', ['--lazy', disk])
  })
  const filler = path.join(disk, 'filler')
  const fill = (megabytes: number) => writeFile(filler, Buffer.alloc(Math.floor(megabytes * megabyte)))

  const submit = async (name: string, build: string): Promise<number> => {
    await house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: spec(name, { build }) })
    const answer = await house.submit(await house.distGit.module(name, moduleDocument({ [name]: 1 })))
    return (answer.json as BuildView[])[0]?.id ?? 0
  }
  const waitsForDisk = ({ waiting_for }: BuildView) =>
    waiting_for.some(({ sentence }) => sentence.includes('space on the disk: '))

  test('makes builds wait and say so, and they go on when there is room', async () => {
    await fill(70)
    const id = await submit('patient', '')
    const waiting = await house.until(id, waitsForDisk)
    expect(waiting.waiting_for[0]?.sentence).toMatch(
      /^\S+: space on the disk: \S+ has \d+ MB left, builder\.diskFreeMegabytesMin asks for 100$/,
    )
    expect(waiting.waiting_for[0]?.sentence).not.toContain(disk)
    await rm(filler)
    const build = await house.until(id, ended)
    expect(build).toMatchObject({ state_name: 'ready', stopped_by: null })
    expect(build.components.map(({ attempt }) => attempt)).toEqual([1, 1])
  })

  test('keeps what is built until there is room for it', async () => {
    const id = await submit('small', 'sleep 2')
    await house.until(id, ({ waiting_for }) =>
      waiting_for.some(({ sentence }) => sentence === 'small: rpmbuild'),
    )
    const { bavail, bsize } = await statfs(disk)
    await fill((bavail * bsize) / megabyte - 40)
    await house.until(id, ({ waiting_for }) =>
      waiting_for.some(({ sentence }) =>
        /^artifact store: \d+ MB are free, 60 MB are wanted;/.test(sentence),
      ),
    )
    // Longer than all attempts together would take.
    await sleep(4000)
    await rm(filler)
    const build = await house.until(id, ended)
    expect(build).toMatchObject({ state_name: 'ready', stopped_by: null })
    expect(build.components.map(({ attempt }) => attempt)).toEqual([1, 1])
  })

  test('in the middle of rpmbuild costs an attempt and not the build', async () => {
    const id = await submit('big', 'sleep 2; head -c 90M /dev/zero > big; rm big')
    await house.until(id, ({ waiting_for }) =>
      waiting_for.some(({ sentence }) => sentence === 'big: rpmbuild'),
    )
    await fill(80)
    const waiting = await house.until(id, waitsForDisk)
    const component = waiting.components.find(({ package: name }) => name === 'big')
    expect(component).toMatchObject({ attempt: 2, state_name: 'BUILDING' })
    await rm(filler)
    expect(await house.until(id, ended)).toMatchObject({ state_name: 'ready', stopped_by: null })
  })
})

afterAll(() => rmdir(disk))
