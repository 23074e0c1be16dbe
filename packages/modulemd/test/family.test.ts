import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ModulePackager,
  type ModuleStreamV1,
  ModulemdError,
  modulemdToJson,
  packagerToStream,
  packagerToStreams,
  readModulemd,
  readPackager,
  readStream,
  upgradeStream,
  writeModulemd,
} from '../src/index.ts'
import { anyDocument } from './arbitrary-documents.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}.yaml`, import.meta.url), 'utf8')

/** Returns the documents of a valid text. */
function documentsOf(text: string) {
  const { documents, problems } = readModulemd(text, { strict: true })
  expect(problems).toEqual([])
  return documents
}

const v1 = () => documentsOf(fixture('stream-v1'))[0] as ModuleStreamV1
const packager = () => documentsOf(fixture('packager-v3'))[0] as ModulePackager

describe('every kind of document', () => {
  test.for(['stream', 'stream-v1', 'packager-v2', 'packager-v3', 'beside-streams'])('%s', (name) => {
    expect(documentsOf(fixture(name))).toMatchSnapshot()
  })

  test.for(['stream-v1', 'packager-v3', 'beside-streams'])('%s is written as it was', (name) => {
    const text = fixture(name)
    expect(writeModulemd(documentsOf(text))).toBe(text)
  })

  test('what is written reads the same, and is written the same again', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const text = writeModulemd([document])
        const read = documentsOf(text)
        expect(read).toEqual([document])
        expect(writeModulemd(read)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('as JSON, with the keys of the documents', () => {
    expect(modulemdToJson(documentsOf(fixture('beside-streams')))).toMatchSnapshot()
  })
})

describe('a stream of version 1', () => {
  test('becomes one of version 2, with one alternative of dependencies', () => {
    const { dependencies, kind, serviceLevels, staticContext } = upgradeStream(v1())
    expect({ dependencies, kind, serviceLevels, staticContext }).toEqual({
      kind: 'modulemd',
      staticContext: false,
      serviceLevels: v1().serviceLevels,
      dependencies: [
        {
          buildrequires: new Map([
            ['platform', ['el8']],
            ['soil', ['2']],
          ]),
          requires: new Map([['platform', ['el8']]]),
        },
      ],
    })
  })

  test('has one end of life or service levels; of two for the same level the last counts', () => {
    const levels = (lines: string) => {
      const text = fixture('stream-v1').replace(/ {2}servicelevels:\n(?: {4}.*\n)+/, lines)
      return (documentsOf(text)[0] as ModuleStreamV1).serviceLevels.get('rawhide')
    }
    const level = '  servicelevels: {rawhide: {eol: 2031-01-01}}\n'
    const eol = '  eol: 2032-02-02\n'
    expect([levels(eol), levels(level + eol), levels(eol + level)]).toEqual([
      '2032-02-02',
      '2032-02-02',
      '2031-01-01',
    ])
  })

  test('without dependencies has no alternative', () => {
    const bare = { ...v1(), dependencies: { buildrequires: new Map(), requires: new Map() } }
    expect(upgradeStream(bare).dependencies).toEqual([])
  })
})

describe("a packager's document of version 3", () => {
  test('becomes a stream for each configuration, and defaults', () => {
    expect(writeModulemd(packagerToStreams(packager()))).toMatchSnapshot()
  })

  test('or one stream with an alternative for each', () => {
    expect(writeModulemd([packagerToStream(packager())])).toMatchSnapshot()
  })

  test('is MIT unless it says something else', () => {
    expect(packagerToStream({ ...packager(), license: [] }).license.module).toEqual(['MIT'])
  })

  test('may name its platform once more', () => {
    const [configuration] = packager().configurations
    if (configuration === undefined) throw new Error('the fixture has configurations')
    const twice = { ...configuration, requires: new Map([['platform', 'el8.2']]) }
    const { dependencies } = packagerToStream({ ...packager(), configurations: [twice] })
    expect(dependencies[0]?.requires.get('platform')).toEqual(['el8', 'el8.2'])
  })

  test.for([
    ['a configuration', { configurations: [] }, 'data.configurations: there is no configuration'],
    ['a summary', { summary: undefined }, 'data.summary: the key summary is missing'],
    ['a name for its default profile', { name: undefined }, 'data.name: a default profile needs the name'],
    ['keeps the rules of streams', { components: 'unknown' }, '"soil" is not a component'],
  ] as const)('needs %s', ([, change, message]) => {
    const components = packager().components
    const rake = components.rpms.get('rake')
    if (rake === undefined) throw new Error('the fixture has a rake')
    const broken = { ...components, rpms: new Map([['rake', { ...rake, buildafter: ['soil'] }]]) }
    const changed = 'components' in change ? { components: broken } : change
    const document = { ...packager(), ...changed } as ModulePackager
    expect(() => packagerToStreams(document)).toThrow(message)
  })
})

describe('the one document that is to be built', () => {
  test.for([
    ['stream-v1', 'garden'],
    ['packager-v2', undefined],
    ['packager-v3', 'garden'],
  ] as const)('%s is read as a stream of version 2', ([name, module]) => {
    const { stream, problems } = readStream(fixture(name), { strict: true })
    expect(problems).toEqual([])
    expect([stream?.kind, stream?.name]).toEqual(['modulemd', module])
  })

  test('gets the names that the caller knows better', () => {
    const names = { name: 'park', stream: 'oak' }
    expect(readStream(fixture('stream-v1'), names).stream).toMatchObject(names)
    expect(readPackager(fixture('packager-v3'), names).document).toMatchObject({
      kind: 'modulemd-packager',
      ...names,
    })
  })

  test("what a packager wrote is kept, but streams of version 1 aren't", () => {
    const kinds = ['stream-v1', 'packager-v2', 'packager-v3'].map(
      (name) => readPackager(fixture(name)).document?.kind,
    )
    expect(kinds).toEqual(['modulemd', 'modulemd', 'modulemd-packager'])
  })

  test.for([
    ['no document', '', 'there is no document'],
    [
      'a document of another kind',
      fixture('beside-streams').split('...')[0],
      'modulemd-defaults cannot be built',
    ],
    ['two documents', fixture('stream-v1') + fixture('packager-v3'), 'there is more than one document'],
    ['a bad document', 'document: modulemd\nversion: 2\ndata: []\n', 'a map is expected here'],
    [
      'a document of which no stream can be made',
      fixture('packager-v3').replace('  summary: A garden\n', ''),
      'the key summary is missing',
    ],
  ] as const)('is not %s', ([, text = '', message]) => {
    const { stream, problems } = readStream(text)
    expect(stream).toBeUndefined()
    expect(problems.map((problem) => problem.message).join()).toContain(message)
  })
})

test('documents that no reader would take are not written', () => {
  const document = {
    ...packager(),
    configurations: packager().configurations.map((one) => ({ ...one, context: '-' })),
  }
  expect(() => writeModulemd([document])).toThrow(ModulemdError)
  expect(() => writeModulemd([document])).toThrow('"-" is not a context')
})
