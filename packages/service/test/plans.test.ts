import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ended, openHouse, type BuildView, type House } from './support/house.ts'
import {
  componentsOf,
  documentOf,
  importOf,
  readStories,
  requestOf,
  writeStories,
  type Asked,
  type Before,
  type Story,
} from './support/stories.ts'

// The plans of submissions, as text for review (see README.txt there). UPDATE_PLANS=1 writes the plans again.
const folder = path.join(import.meta.dirname, '../fixtures/plans')
const isUpdate = process.env['UPDATE_PLANS'] === '1'
const notStories = ['README.txt', 'universe.txt']
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.txt') && !notStories.includes(file))
  .map((file) => ({ file, ...readStories(readFileSync(path.join(folder, file), 'utf8')) }))

/** The states before the stories, of whole files and of single stories. */
const befores = files.flatMap(({ before, stories }) => [before, ...stories.map((story) => story.before)])
const modulesBefore = () => befores.flatMap(({ included, built }) => [...included, ...built])

interface Plan {
  refused: { message: string; where: string | null }[]
  unmet: string[]
  builds: {
    version: string
    context: string
    build_context: string
    scratch: boolean
    platform: string
    arches: string[]
    buildrequires: Record<string, { stream: string; version: string; context: string }>
    exists: { state_name: string } | null
    components: { package: string; batch: number; included_from: string | null; reuse: { code: string } }[]
  }[]
}

const platform = {
  repositories: [{ name: 'none', url: 'file:///nonexistent' }],
  buildGroup: ['bash'],
  arches: ['x86_64'],
}
const el8 = { ...platform, arches: ['x86_64', 'aarch64'], virtualStreams: ['el8'] }
const platforms = {
  'el8.1.0': el8,
  'el8.2.0': el8,
  'el8.4.0': el8,
  'el9.0.0': { ...platform, virtualStreams: ['el9'] },
  f38: platform,
}

let house: House
beforeAll(async () => {
  const privileged = ['flatpak-runtime', 'flatpak-common']
  house = await openHouse({ config: { platforms, 'expansion.privilegedModules': privileged } })
  const lines = readFileSync(path.join(folder, 'universe.txt'), 'utf8').split('\n')
  for (const line of lines.filter((one) => one !== '' && !one.startsWith('#'))) {
    const modulemd = importOf(line)
    const { status, text } = await house.request('POST', '/module-build-service/2/import-module/', {
      modulemd,
    })
    if (status !== 201) throw new Error(`${line}: ${text}`)
  }
  const asked = files.flatMap(({ stories }) => stories.map((story) => story.asked))
  const components = [...modulesBefore(), ...asked].flatMap(componentsOf)
  const existing = [...new Set(components)].filter((name) => !name.startsWith('nowhere'))
  await Promise.all(existing.map((name) => commitComponent(name, '')))
  await Promise.all(befores.map(prepare))
})
afterAll(async () => {
  await house.close()
  if (isUpdate)
    for (const { file, head, stories } of files)
      writeFileSync(path.join(folder, file), writeStories(head, stories))
})

/** Builds a module for real, with all its contexts. */
async function build(asked: Asked): Promise<void> {
  const source = await house.distGit.module(asked.name, documentOf(asked), asked.stream)
  const { status, json, text } = await house.submit({ ...source, ...requestOf(asked) })
  if (status !== 201) throw new Error(`${asked.name}: ${text}`)
  for (const { id } of json as BuildView[]) {
    const { state_name: state, state_reason: reason } = await house.until(id, ended)
    if (state !== 'ready') throw new Error(`${asked.name} is ${state}: ${reason ?? ''}`)
  }
}

const commitComponent = (name: string, text: string) =>
  house.distGit.commit(`rpms/${name}`, 'main', { [`${name}.spec`]: text })

async function prepare({ included, built, changed }: Before): Promise<void> {
  for (const module of included) await house.distGit.module(module.name, documentOf(module), 'master')
  await Promise.all(built.map(build))
  for (const name of changed) await commitComponent(name, 'changed')
}

async function planOf({ asked }: Story): Promise<Plan> {
  const { status, json, text } = await house.request('POST', '/module-build-service/2/plan/', {
    modulemd: documentOf(asked),
    module_name: asked.name,
    module_stream: asked.stream,
    ...requestOf(asked),
  })
  if (status !== 200) throw new Error(text)
  return json as Plan
}

/**
 * Returns the lines of a plan in the form of stories. The time of a version is that of the test; the number of the
 * platform before it stays.
 */
function linesOf({ refused, unmet, builds }: Plan): string[] {
  if (refused.length > 0)
    return [
      'refused',
      ...refused.flatMap(({ message, where }) => [
        // The dist-git is in a folder of the machine.
        ...message.replaceAll(house.distGit.url, 'DIST-GIT').replaceAll('; ', ';\n').split('\n'),
        `at ${where ?? 'no place'}`,
      ]),
    ].map((line, index) => (index === 0 ? line : `  ${line}`))
  return [
    'planned',
    ...unmet.map((reason) => `  makes no build: ${reason}`),
    ...builds.flatMap((one) => {
      const traits = [...(one.scratch ? ['scratch'] : []), ...(one.exists === null ? [] : ['exists'])]
      return [
        `  ${one.version.replace(/20[2-9]\d{11}$/, '*')} ${[one.context, 'on', one.platform, 'for', ...one.arches, ...traits].join(' ')}`,
        ...Object.entries(one.buildrequires)
          .filter(([name]) => name !== 'platform')
          .map(([name, { stream, version, context }]) =>
            ['    against', name, stream, 'of', version.replace(/\d{14}$/, ''), context].join(' '),
          ),
        ...[...Map.groupBy(one.components, ({ batch }) => batch)].map(
          ([batch, components]) =>
            `    batch ${batch}: ${components
              .map(({ package: name, included_from: from, reuse }) =>
                [name, ...(from === null ? [] : [`of ${from}`]), `(${reuse.code})`].join(' '),
              )
              .join(', ')}`,
        ),
      ]
    }),
  ]
}

/** Returns the build context as upstream computes it: SHA-1 of the streams in the build root, in the JSON of Python. */
function buildContext(streams: Record<string, { stream: string }>): string {
  const entries = Object.entries(streams).map(([name, { stream }]) => `"${name}": "${stream}"`)
  return createHash('sha1')
    .update(`{${entries.sort().join(', ')}}`)
    .digest('hex')
}

describe.each(files.map(({ file, stories }) => [file, stories] as const))('the plans of %s', (_, stories) => {
  test.each(stories.map((story) => [story.title, story] as const))('%s', async (_, story) => {
    const plan = await planOf(story)
    for (const one of plan.builds) expect(one.build_context).toBe(buildContext(one.buildrequires))
    if (isUpdate) story.expected = linesOf(plan)
    else expect(linesOf(plan).join('\n')).toBe(story.expected.join('\n'))
  })
})

test('no two stories have one title, and no two modules that were before one name', () => {
  const twice = (names: string[]) => names.filter((name, index) => names.indexOf(name) < index)
  expect(twice(files.flatMap(({ stories }) => stories.map(({ title }) => title)))).toEqual([])
  expect(twice(modulesBefore().map(({ name }) => name))).toEqual([])
})
