import { expect, test } from 'vitest'
import { readRepomd } from './read-repomd.ts'

const digest = 'ab'.repeat(32)

function repomd({
  type = 'sha256',
  hex = digest,
  openType = 'sha256',
  href = 'repodata/modules.yaml.gz',
}: { type?: string; hex?: string; openType?: string; href?: string } = {}): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
  <revision>1</revision>
  <data type="modules">
    <checksum type="${type}">${hex}</checksum>
    <open-checksum type="${openType}">${'cd'.repeat(32)}</open-checksum>
    <location href="${href}"/>
    <timestamp>1</timestamp>
    <size>123</size>
    <open-size>456</open-size>
  </data>
  <data type='group'>
    <checksum type="sha">${'0f'.repeat(20)}</checksum>
    <location href='repodata/comps.xml'/>
  </data>
</repomd>`
}

test('records have a place, a size and a checksum', () => {
  const records = readRepomd(repomd())
  expect([...records.keys()]).toEqual(['modules', 'group'])
  expect(records.get('modules')).toEqual({
    type: 'modules',
    location: 'repodata/modules.yaml.gz',
    size: 123,
    checksum: { type: 'sha256', hex: digest },
    open: { size: 456, checksum: { type: 'sha256', hex: 'cd'.repeat(32) } },
  })
  expect(records.get('group')).toMatchObject({
    size: undefined,
    checksum: { type: 'sha1' },
    open: { size: undefined, checksum: undefined },
  })
})

test('what leads out of the repository, or cannot be verified, is refused', () => {
  for (const href of ['../x', '/etc/passwd', 'repodata/../../x', 'http://elsewhere/x', 'x?y', '.git/x'])
    expect(() => readRepomd(repomd({ href }))).toThrow('is not inside the repository')
  expect(() => readRepomd(repomd({ type: 'md5', hex: 'ab'.repeat(16) }))).toThrow(
    'no checksum of a supported type',
  )
  expect(() => readRepomd(repomd({ type: 'constructor' }))).toThrow('no checksum of a supported type')
  expect(() => readRepomd(repomd({ hex: 'abcd' }))).toThrow('is not a sha256')
  expect(() => readRepomd(repomd({ openType: 'md5' }))).toThrow('its modules, unpacked, has no checksum')
  expect(() => readRepomd(repomd({ openType: 'sha1' }))).toThrow('of its modules, unpacked, is not a sha1')
  expect(() => readRepomd('<html>404</html>')).toThrow('no element repomd')
})

/** A reader whose time grows with the square of the size takes several times the limit, five seconds of a processor. */
test.for([
  ['elements that never end', '<data type="a">'.repeat(200_000)],
  ['elements whose tag never ends', '<data '.repeat(300_000)],
] as const)('%s', ([, content]) => {
  const begin = process.threadCpuUsage()
  expect(readRepomd(`<repomd>${content}`).size).toBe(0)
  expect(process.threadCpuUsage(begin).user).toBeLessThan(5e6)
})

test('locations whose tag never ends', () => {
  const begin = process.threadCpuUsage()
  const text = `<repomd><data type="a">${'<location '.repeat(200_000)}</data>`
  expect(() => readRepomd(text)).toThrow('its a has no location')
  expect(process.threadCpuUsage(begin).user).toBeLessThan(5e6)
})
