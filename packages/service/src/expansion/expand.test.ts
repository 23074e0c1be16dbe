import { readModulemd, type ModuleStream } from '@mbs/modulemd'
import { describe, expect, test } from 'vitest'
import { expand, type AvailableModule } from './expand.ts'
import { prefixedVersion, streamVersion } from './stream-version.ts'

function document(dependencies: string): ModuleStream {
  const text = `document: modulemd\nversion: 2\ndata:\n  summary: s\n  description: d\n  license: {module: [MIT]}\n${dependencies}`
  return readModulemd(text).documents[0] as ModuleStream
}
const block = (buildrequires: string, requires = '{}') =>
  document(`  dependencies:\n  - buildrequires: ${buildrequires}\n    requires: ${requires}\n`)
const gtk = (stream: string, version: string): AvailableModule => ({
  name: 'gtk',
  stream,
  version,
  context: 'c',
  platform: 'f28',
  kojiTag: `module-gtk-${stream}-${version}`,
  ref: '',
})

describe('expansion', () => {
  test.each([
    // Upstream's own values (module_build_service: contexts of its tests).
    ['{platform: [f28]}', '{platform: [f28]}', '9c690d0e'],
    ['{platform: [f28]}', '{platform: []}', '90da547c'],
    ['{platform: [f28], gtk: [1]}', '{gtk: [1]}', 'e1e005fb'],
    ['{platform: [f28], gtk: [1]}', '{gtk: []}', '2bc054d2'],
    ['{platform: [f28], gtk: [1]}', '{gtk: [1, 2]}', 'e6475530'],
  ])('of %s requiring %s has the context %s', (buildrequires, requires, context) => {
    expect(expand(block(buildrequires, requires), ['f28', 'f29'], [gtk('1', '1')]).context).toBe(context)
  })

  test('takes the newest build of a stream', () => {
    const { modules } = expand(
      block('{platform: [f28], gtk: [1]}'),
      ['f28'],
      [gtk('1', '9'), gtk('1', '10'), gtk('2', '99')],
    )
    expect(modules.map(({ version }) => version)).toEqual(['10'])
  })

  test('narrows a runtime requirement that reads like the build requirement, and no other', () => {
    const { requires } = expand(
      block('{platform: [], gtk: [1]}', '{platform: [], gtk: [1, 2]}'),
      ['f28'],
      [gtk('1', '1')],
    )
    expect(Object.fromEntries(requires)).toEqual({ gtk: ['1', '2'], platform: ['f28'] })
  })

  test('takes all streams but the negative ones', () => {
    expect(expand(block('{platform: [-f28]}'), ['f28', 'f29'], []).platform).toBe('f29')
  })

  test.each([
    ['no dependencies at all', document(''), /must buildrequire a platform \(f28, f29\)/],
    ['no platform', block('{gtk: [1]}'), /does not buildrequire any platform; there are f28, f29/],
    ['an unknown platform', block('{platform: [el9]}'), /nothing provides platform:el9; there are f28, f29/],
    [
      'an ambiguous platform',
      block('{platform: []}'),
      /several streams to build against \(f28, f29\); name one/,
    ],
    [
      'a module that nobody has built',
      block('{platform: [f28], qt: [5]}'),
      /nothing provides qt:5; there is none yet/,
    ],
    [
      'several blocks',
      document(
        '  dependencies:\n  - buildrequires: {platform: [f28]}\n  - buildrequires: {platform: [f29]}\n',
      ),
      /keep one/,
    ],
  ])('refuses %s', (_, stream, message) => {
    expect(() => expand(stream, ['f28', 'f29'], [gtk('1', '1')])).toThrow(message)
  })
})

describe('stream versions', () => {
  test.each([
    ['f28', 28],
    ['f27.02.30', 270230],
    ['el8', 8],
    ['el8.1.0', 80100],
    ['1.2.3.4', 1020304],
    ['latest', 0],
    ['f28.1', 2801],
  ])('%s is %d', (stream, version) => expect(streamVersion(stream)).toBe(version))

  test.each([
    ['f28', '2820180205135154'],
    ['el8.1.0', '8010020180205135154'],
    ['host', '20180205135154'],
    ['f29.0.0', '29000020180205135154', '20180205135154'],
  ])('prefix a version on %s', (platform, prefixed, fitting = prefixed) => {
    expect(prefixedVersion(platform, new Date('2018-02-05T13:51:54Z'))).toBe(fitting)
  })
})
