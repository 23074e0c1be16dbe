import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BuildName, ContentImport, Hub } from './hub.ts'
import { done, type Outcome } from './outcome.ts'

/** A hub under test, and the means to fill it. */
export interface HubSubject {
  hub: Hub
  /** Adds a build, with one package if `content` is given. Returns the build's name-version-release. */
  build(name: BuildName, content?: Buffer): Promise<string>
  close(): Promise<void>
}

/**
 * Repeats a change until none of its outcomes is pending, as an effect does that waits in between. A pending change
 * that the hub later refuses counts as refused.
 */
export async function untilSettled<T>(
  hub: Hub,
  change: () => Promise<readonly Outcome<T>[]>,
): Promise<readonly Outcome<T>[]> {
  for (let tries = 0; tries < 10; tries++) {
    const outcomes = await change()
    const handles = outcomes.flatMap((outcome) => (outcome.is === 'pending' ? [outcome.handle] : []))
    if (handles.length === 0) return outcomes
    const refused = new Map<string, Outcome<T>>()
    for (let looks = 0, open = handles; open.length > 0; looks++) {
      if (looks > 100) throw new Error(`these never end: ${open.join(', ')}`)
      const ends = await hub.outcomes(open)
      for (const [handle, end] of ends) if (end.is === 'refused') refused.set(handle, end)
      open = open.filter((handle) => ends.get(handle)?.is === 'pending')
    }
    if (refused.size > 0)
      return outcomes.map((outcome) =>
        outcome.is === 'pending' ? (refused.get(outcome.handle) ?? (done as Outcome<T>)) : outcome,
      )
  }
  throw new Error('the change is begun again and again')
}

const named = (name: string, version: string): BuildName => ({ name, version, release: '1', epoch: null })

function importOf(name: string, text: string, info: object = {}): ContentImport {
  const arch = 'x86_64'
  return {
    files: new Map([['modulemd.x86_64.txt', Buffer.from(text)]]),
    metadata: {
      metadata_version: 0,
      build: {
        ...{ name, version: 'rolling', release: '1.c', source: null, start_time: 1, end_time: 2 },
        extra: { typeinfo: { module: info } },
      },
      buildroots: [
        {
          id: 1,
          host: { os: 'linux', arch },
          content_generator: { name: 'module-build-service', version: '1' },
          container: { type: 'none', arch },
          ...{ tools: [], components: [] },
        },
      ],
      output: [
        {
          ...{ buildroot_id: 1, filename: 'modulemd.x86_64.txt', arch, filesize: Buffer.byteLength(text) },
          ...{ checksum_type: 'md5', checksum: createHash('md5').update(text).digest('hex') },
          ...{ type: 'file', extra: { typeinfo: { module: {} } } },
        },
      ],
    },
  }
}

/** Runs the suite that every hub passes. */
export function keepsTheHubContract(name: string, open: () => Promise<HubSubject>): void {
  describe(`the ${name} hub keeps the contract`, () => {
    let subject: HubSubject
    let hub: Hub
    let number = 0
    beforeAll(async () => {
      subject = await open()
      hub = subject.hub
    })
    afterAll(() => subject.close())

    const settle = <T>(change: () => Promise<readonly Outcome<T>[]>) => untilSettled(hub, change)
    const states = async (change: () => Promise<readonly Outcome<unknown>[]>) =>
      (await settle(change)).map(({ is }) => is)
    /** Makes a tag that only one test uses. */
    const tagOf = async () => {
      const tag = `tag-${++number}`
      expect(await states(() => hub.ensureTags([{ name: tag, arches: 'x86_64' }]))).toEqual(['done'])
      return tag
    }
    const builds = async (...versions: string[]) => {
      const of = `package-${++number}`
      const nvrs: string[] = []
      for (const version of versions) nvrs.push(await subject.build(named(of, version)))
      return nvrs
    }
    const nvrsIn = async (tag: string, options = {}) => (await hub.tagged(tag, options)).map(({ nvr }) => nvr)

    test('tags are made once; their settings are as planned, and what the plan leaves out stays', async () => {
      const [tag, missing] = [await tagOf(), 'nowhere']
      const before = await hub.currentEvent()
      expect(await states(() => hub.ensureTags([{ name: tag, arches: 'x86_64' }]))).toEqual(['done'])
      expect(await hub.currentEvent()).toBe(before)
      await settle(() => hub.ensureTags([{ name: tag, permission: 'release' }]))
      const tags = await hub.tags([tag, missing])
      expect([...tags.keys()]).toEqual([tag])
      expect(tags.get(tag)).toMatchObject({ name: tag, arches: 'x86_64', permission: 'release' })
    })

    test('the name of a tag that is deleted stays taken; to delete it again is done', async () => {
      const tag = await tagOf()
      await settle(() => hub.ensureTargets([{ name: tag, buildTag: tag, destTag: tag }]))
      expect(await states(() => hub.deleteTags([tag, 'never-made']))).toEqual(['done', 'done'])
      expect(await states(() => hub.deleteTags([tag]))).toEqual(['done'])
      expect((await hub.tags([tag])).size).toBe(0)
      expect(await hub.target(tag)).toBeUndefined()
      expect([...(await hub.takenTags([tag, 'never-made']))]).toEqual([tag])
      await expect(hub.tagged(tag)).rejects.toThrow(`No such tagInfo: '${tag}'`)
    })

    test('targets are made, pointed elsewhere and deleted; a missing tag refuses one and not the others', async () => {
      const [one, two] = [await tagOf(), await tagOf()]
      const good = { name: `target-${one}`, buildTag: one, destTag: two }
      const outcomes = await settle(() => hub.ensureTargets([{ ...good, name: 'x', destTag: 'lost' }, good]))
      expect(outcomes).toMatchObject([{ is: 'refused', reason: /lost/ }, { is: 'done' }])
      await settle(() => hub.ensureTargets([{ ...good, destTag: one }]))
      expect(await hub.target(good.name)).toMatchObject({ buildTag: one, destTag: one })
      expect(await states(() => hub.deleteTargets([good.name, good.name]))).toEqual(['done', 'done'])
      expect(await hub.target(good.name)).toBeUndefined()
    })

    test('groups grow', async () => {
      const tag = await tagOf()
      await settle(() => hub.ensureGroups(tag, [{ name: 'build', packages: ['bash'] }]))
      await settle(() =>
        hub.ensureGroups(tag, [
          { name: 'build', packages: ['awk', 'bash'] },
          { name: 'srpm-build', packages: [] },
        ]),
      )
      expect(await hub.groups(tag)).toEqual([
        { name: 'build', packages: ['awk', 'bash'] },
        { name: 'srpm-build', packages: [] },
      ])
    })

    test('a tag inherits from the given ones in their order, and from theirs', async () => {
      const [tag, one, two, above] = [await tagOf(), await tagOf(), await tagOf(), await tagOf()]
      const inherit = async (child: string, parents: string[]) =>
        states(async () => [await hub.setInheritance(child, parents)])
      expect(await inherit(tag, [two, one])).toEqual(['done'])
      await inherit(two, [above])
      expect(await hub.inheritance(tag)).toEqual([two, above, one])
      const event = await hub.currentEvent()
      await inherit(tag, [one])
      await inherit(tag, [one])
      expect(await hub.inheritance(tag)).toEqual([one])
      expect(await hub.inheritance(tag, event)).toEqual([two, above, one])
      expect(await inherit(tag, ['lost'])).toEqual(['refused'])
    })

    test('builds are tagged in the given order, and the latest is what was tagged last', async () => {
      const tag = await tagOf()
      const [one = '', two = '', three = ''] = await builds('1', '2', '3')
      expect(await states(() => hub.tag(tag, [three, one]))).toEqual(['done', 'done'])
      expect(await states(() => hub.tag(tag, [three, one]))).toEqual(['done', 'done'])
      expect(await states(() => hub.tag(tag, [two]))).toEqual(['done'])
      expect((await nvrsIn(tag)).toSorted()).toEqual([one, two, three])
      expect(await nvrsIn(tag, { latest: 1 })).toEqual([two])
      await settle(() => hub.untag(tag, [two]))
      expect(await nvrsIn(tag, { latest: 1 })).toEqual([one])
    })

    test('a build that is not there is refused, and the others are tagged', async () => {
      const tag = await tagOf()
      const [one = ''] = await builds('1')
      const outcomes = await settle(() => hub.tag(tag, ['lost-1-1', one]))
      expect(outcomes).toMatchObject([{ is: 'refused', reason: "No such build: 'lost-1-1'" }, { is: 'done' }])
      expect(await nvrsIn(tag)).toEqual([one])
      expect(await states(() => hub.tag('lost', [one]))).toEqual(['refused'])
    })

    test('builds leave a tag and go to another; what is done already is done', async () => {
      const [from, to] = [await tagOf(), await tagOf()]
      const [one = '', two = ''] = await builds('1', '2')
      await settle(() => hub.tag(from, [one, two]))
      expect(await states(() => hub.untag(from, [two]))).toEqual(['done'])
      expect(await states(() => hub.untag(from, [two]))).toEqual(['done'])
      expect(await states(() => hub.move(from, to, [one]))).toEqual(['done'])
      expect(await states(() => hub.move(from, to, [one]))).toEqual(['done'])
      expect([await nvrsIn(from), await nvrsIn(to)]).toEqual([[], [one]])
    })

    test('a tag is read as it was, with what it inherits, and says whether it has changed', async () => {
      const [tag, parent] = [await tagOf(), await tagOf()]
      const [one = '', two = ''] = await builds('1', '2')
      await settle(() => hub.tag(parent, [one]))
      await settle(async () => [await hub.setInheritance(tag, [parent])])
      const event = await hub.currentEvent()
      expect(await hub.changedSince(tag, event)).toBe(false)
      await settle(() => hub.tag(parent, [two]))
      expect(await hub.changedSince(tag, event)).toBe(true)
      expect(await nvrsIn(tag)).toEqual([])
      expect(await nvrsIn(tag, { inherit: true, latest: 1 })).toEqual([two])
      expect(await nvrsIn(tag, { inherit: true, event })).toEqual([one])
      expect((await hub.tagged(tag, { inherit: true, latest: 1 }))[0]).toMatchObject({
        tag: parent,
        nvr: two,
      })
      const [entry] = await hub.history(parent, { limit: 1 })
      expect(entry).toMatchObject({ subject: 'build', action: 'added', what: two })
      expect(
        (await hub.history(parent, { limit: 10, before: entry?.id ?? 0 })).map(({ what }) => what),
      ).toContain(one)
    })

    test('a module is brought in once, and read again', async () => {
      const content = importOf('garden', 'the document', { name: 'garden', stream: 'rolling' })
      const nvr = 'garden-rolling-1.c'
      const bring = (what: ContentImport) => settle(async () => [await hub.importContent(what)])
      expect(await bring(content)).toEqual([{ is: 'done', value: nvr }])
      expect(await bring(content)).toEqual([{ is: 'done', value: nvr }])
      expect((await hub.builds([nvr, 'garden-9-9'])).get(nvr)).toMatchObject({
        state: 'complete',
        types: ['module'],
        contentGenerator: 'module-build-service',
      })
      expect((await hub.typeinfos([nvr], 'module')).get(nvr)).toEqual({ name: 'garden', stream: 'rolling' })
      const [archive] = await hub.archives(nvr)
      expect(archive).toMatchObject({ filename: 'modulemd.x86_64.txt', arch: 'x86_64', size: 12 })
      expect(await hub.readText(archive?.content ?? { url: '' }, 100)).toBe('the document')
      await expect(hub.readText(archive?.content ?? { url: '' }, 5)).rejects.toThrow(/5/)
      const other = importOf('garden', 'another one')
      expect(await bring(other)).toMatchObject([{ is: 'refused', reason: /^Build already exists: garden-/ }])
    })

    test('what was never tagged gives way where it is asked to, and what was tagged does not', async () => {
      const bring = (text: string) => hub.importContent({ ...importOf('again', text), replaces: true })
      const states = []
      for (const text of ['one', 'two']) states.push((await bring(text)).is)
      const tag = await tagOf()
      await settle(() => hub.tag(tag, ['again-rolling-1.c']))
      states.push((await bring('three')).is)
      expect(states).toEqual(['done', 'done', 'refused'])
    })

    test('a name is reserved for one, given back, and completed by who has it', async () => {
      const build = { name: 'kept', version: 'rolling', release: '1.c', epoch: null }
      const generator = 'module-build-service'
      const [first] = await hub.reserve(generator, [build])
      if (first?.is !== 'done') throw new Error('it was not reserved')
      expect((await hub.builds(['kept-rolling-1.c'])).get('kept-rolling-1.c')?.state).toBe('building')
      expect(await hub.reserve(generator, [build])).toMatchObject([
        { is: 'refused', reason: 'Build is already reserved' },
      ])
      expect(await hub.refund(generator, [first.value], 'failed')).toMatchObject([{ is: 'done' }])
      expect(await hub.refund(generator, [first.value], 'failed')).toMatchObject([{ is: 'done' }])
      const [second] = await hub.reserve(generator, [build])
      if (second?.is !== 'done') throw new Error('it was not reserved again')
      const content = importOf('kept', 'a document')
      const metadata = content.metadata as { build: object }
      const completing = { ...metadata, build: { ...metadata.build, build_id: second.value.id } }
      expect(
        await hub.importContent({ ...content, metadata: completing, reservation: second.value }),
      ).toMatchObject({ is: 'done' })
    })

    test('packages have signed copies beside them', async () => {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-signed-'))
      try {
        const nvr = await subject.build(named('spade', '7'), Buffer.from('a package'))
        const [rpm] = await hub.rpms([nvr])
        expect(rpm).toMatchObject({ build: nvr, name: 'spade', arch: 'noarch', size: 9 })
        expect(await readFile(await hub.pathOf(rpm?.content ?? { url: '' }), 'utf8')).toBe('a package')
        const file = path.join(folder, 'copy')
        await writeFile(file, 'a signed package')
        const key = { nvra: 'spade-7-1.noarch', sigmd5: rpm?.sigmd5 ?? '' }
        const signature = { ...key, keyId: '0a1b2c3d' }
        expect((await hub.writeSignedCopies([signature]))[0]?.is).toBe('refused')
        expect(await states(() => hub.addSignatures([{ ...signature, file }]))).toEqual(['done'])
        expect(await states(() => hub.addSignatures([{ ...signature, file }]))).toEqual(['done'])
        expect(await states(() => hub.writeSignedCopies([signature]))).toEqual(['done'])
        const [copy, ...others] = await hub.signatures([key, { ...key, nvra: 'lost-1-1.noarch' }])
        expect([copy?.keyId, others]).toEqual(['0a1b2c3d', []])
        await hub.linkTo(copy?.content ?? { url: '' }, path.join(folder, 'linked'))
        expect(await readFile(path.join(folder, 'linked'), 'utf8')).toBe('a signed package')
        expect(await hub.signatures([key], 'ffffffff')).toEqual([])
        const lost = { ...signature, nvra: 'lost-1-1.noarch', file }
        expect((await hub.addSignatures([lost]))[0]?.is).toBe('refused')
        const other = { ...signature, sigmd5: '0'.repeat(32), file }
        expect((await hub.addSignatures([other]))[0]?.is).toBe('refused')
        const tag = await tagOf()
        await settle(() => hub.tag(tag, [nvr]))
        expect(await hub.tagsWithRpm('spade-7-1.noarch')).toEqual([tag])
      } finally {
        await rm(folder, { recursive: true })
      }
    })

    test('a side tag inherits from its base, has a target, and is the same when it is asked for again', async () => {
      const base = await tagOf()
      const plan = { base, owner: 'ada', key: 'update-1' }
      const make = async (key: string) => {
        const [outcome] = await hub.createSideTags([{ ...plan, key }])
        return outcome?.is === 'done' ? outcome.value : ''
      }
      const side = await make('update-1')
      expect([await make('update-1'), (await make('update-2')) === side]).toEqual([side, false])
      expect(await hub.inheritance(side)).toEqual([base])
      expect(await hub.target(side)).toMatchObject({ buildTag: side, destTag: side })
      expect(await states(() => hub.removeSideTags([side]))).toEqual(['done'])
      expect(await states(() => hub.removeSideTags([side]))).toEqual(['done'])
      expect(await states(() => hub.removeSideTags([base]))).toEqual(['refused'])
      expect((await hub.tags([side, base])).size).toBe(1)
    })
  })
}
