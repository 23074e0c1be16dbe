import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hub } from '../hub/index.ts'
import type {
  BuildrootPlan,
  Collected,
  ComponentPlan,
  GenericBuilder,
  TaskId,
  TaskStatus,
} from './generic-builder.ts'

/** A backend under test, with one component that it builds and one that it fails. */
export interface ContractSubject {
  builder: GenericBuilder
  /** The hub into which the backend imports its builds. */
  hub: Hub
  plan: BuildrootPlan
  good: ComponentPlan
  bad: ComponentPlan
  /** A task that runs until it is cancelled. */
  endless: ComponentPlan
  close(): Promise<void>
}

/** Each attempt has its own number. */
let attempts = 1000

type End = Collected | Exclude<TaskStatus, { state: 'open' | 'ended' }>

/** Looks at a task until it has ended, then collects its result. */
async function endOf(builder: GenericBuilder, task: TaskId): Promise<End> {
  for (let looks = 0; looks < 600; looks++) {
    for (const beat of builder.beats) await beat.run(new AbortController().signal)
    const status = (await builder.observe([task])).get(task)
    if (status?.state === 'ended') return builder.collect(task)
    if (status !== undefined && status.state !== 'open') return status
    await sleep(100)
  }
  throw new Error(`task ${task} never ended`)
}

/** Runs the suite that every backend passes. */
export function keepsTheBuilderContract(name: string, open: () => Promise<ContractSubject>): void {
  describe(`the ${name} builder keeps the contract`, () => {
    let subject: ContractSubject
    beforeAll(async () => {
      subject = await open()
      await subject.builder.connect(subject.plan)
      await subject.builder.addRepos(subject.plan, [])
    })
    afterAll(() => subject.close())

    const ready = async (nvrs: readonly string[]) => {
      for (let looks = 0; looks < 600; looks++) {
        const wish = { ...subject.plan, nvrs }
        if (looks === 0 && (await subject.builder.regenerate(wish)).ready) return
        if ((await subject.builder.buildrootsReady([wish]))[0]?.ready === true) return
        await sleep(100)
      }
      throw new Error('the build root never got ready')
    }

    test('it has the name that configuration asks for', () => expect(subject.builder.name).toBe(name))

    test('connecting again changes nothing', async () => {
      await subject.builder.connect(subject.plan)
      await subject.builder.addRepos(subject.plan, [])
    })

    test('asking twice for one attempt starts one task', async () => {
      const { builder, good } = subject
      const attempt = attempts++
      const [first, second] = [await builder.build(good, attempt), await builder.build(good, attempt)]
      expect(second).toBe(first)
      expect(await endOf(builder, first)).toMatchObject({ state: 'complete' })
      expect(await builder.build(good, attempt)).toBe(first)
      expect(await endOf(builder, first)).toMatchObject({ state: 'complete' })
    })

    test('what was built can be tagged, twice, and stands in the repository of its tag', async () => {
      const { builder, good, plan } = subject
      const end = await endOf(builder, await builder.build(good, attempts++))
      if (end.state !== 'complete') throw new Error(JSON.stringify(end))
      expect(end.nvr).toMatch(new RegExp(`^${good.package}-[^-]+-[^-]+$`))
      for (let times = 0; times < 2; times++) {
        await builder.addArtifacts(plan.tag, [end.nvr], false)
        await builder.tagArtifacts(plan.tag, [end.nvr])
      }
      await ready([end.nvr])
    })

    test('what has ended stays so until it is collected, which may be done again; then it is in the hub', async () => {
      const { builder, hub, good } = subject
      const task = await builder.build(good, attempts++)
      for (let looks = 0, isOpen = true; isOpen && looks < 600; looks++) {
        for (const beat of builder.beats) await beat.run(new AbortController().signal)
        isOpen = (await builder.observe([task])).get(task)?.state !== 'ended'
        if (isOpen) await sleep(100)
      }
      expect((await builder.observe([task])).get(task)?.state).toBe('ended')
      const [first, second] = [await builder.collect(task), await builder.collect(task)]
      if (first.state !== 'complete') throw new Error(first.reason)
      expect(second).toEqual(first)
      expect((await hub.builds([first.nvr])).get(first.nvr)?.state).toBe('complete')
    })

    test('a component that does not build is a value with a reason', async () => {
      const { builder, bad } = subject
      const end = await endOf(builder, await builder.build(bad, attempts++))
      expect(end).toMatchObject({ state: 'failed', reason: expect.stringContaining(bad.package) as string })
    })

    test('a running task says what it does, has a log, and ends when it is cancelled', async () => {
      const { builder, endless } = subject
      const attempt = attempts++
      const task = await builder.build(endless, attempt)
      let status: TaskStatus | undefined
      for (let looks = 0; looks < 300; looks++) {
        status = (await builder.observe([task])).get(task)
        if (
          status?.state === 'open' &&
          status.sentence === 'rpmbuild' &&
          (await builder.readLog(task, 'build', 0)) !== undefined
        )
          break
        await sleep(100)
      }
      expect(status).toEqual({ state: 'open', sentence: 'rpmbuild' })
      const log = await builder.readLog(task, 'build', 0)
      expect((await builder.readLog(task, 'build', 3))?.subarray(0, 5)).toEqual(log?.subarray(3, 8))
      expect(await builder.cancelBuild(attempt, task)).toBeUndefined()
      expect((await endOf(builder, task)).state).not.toBe('complete')
      expect(await builder.cancelBuild(attempt, task)).toBeUndefined()
    })

    test('what was cancelled before it began never begins', async () => {
      const { builder, good } = subject
      const attempt = attempts++
      expect(await builder.cancelBuild(attempt, null)).toBeUndefined()
      const task = await builder.build(good, attempt)
      expect((await endOf(builder, task)).state).not.toBe('complete')
    })

    test('an attempt that nobody has asked for is lost', async () => {
      const task = attempts++
      expect((await subject.builder.observe([task])).get(task)?.state).toBe('lost')
    })

    test('asked for by two at once, an attempt is one task', async () => {
      const { builder, good } = subject
      const attempt = attempts++
      const [first, second] = await Promise.all([builder.build(good, attempt), builder.build(good, attempt)])
      expect(second).toBe(first)
      const end = await endOf(builder, first)
      if (end.state !== 'complete') throw new Error(JSON.stringify(end))
      // The task had ended before the cancel: the builder returns its build, which stays.
      expect(await builder.cancelBuild(attempt, first)).toBe(end.nvr)
      expect(await endOf(builder, first)).toEqual(end)
    })
  })
}
