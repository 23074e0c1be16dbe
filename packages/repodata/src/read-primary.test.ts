import { expect, test } from 'vitest'
import { readPrimary } from './read-primary.ts'

const digest = 'ab'.repeat(32)

function packageOf(name: string): string {
  return `<package type="rpm">
  <name>${name}</name>
  <arch>noarch</arch>
  <version epoch="0" ver="1" rel="2"/>
  <checksum type="sha256" pkgid="YES">${digest}</checksum>
  <size package="123" installed="456" archive="789"/>
  <location href="Packages/${name}-1-2.noarch.rpm"/>
  <format><rpm:sourcerpm>${name}-1-2.src.rpm</rpm:sourcerpm></format>
</package>`
}

test('packages have a name, a place, a size and a checksum', () => {
  const text = `<metadata packages="2">\n${packageOf('a')}\n${packageOf('b&amp;c')}\n</metadata>`
  expect(readPrimary(text)).toEqual(
    ['a', 'b&c'].map((name) => ({
      name,
      epoch: 0,
      version: '1',
      release: '2',
      arch: 'noarch',
      sourceRpm: `${name}-1-2.src.rpm`,
      location: `Packages/${name}-1-2.noarch.rpm`,
      size: 123,
      checksum: { type: 'sha256', hex: digest },
    })),
  )
})

/** A reader whose time grows with the square of the size takes several times the limit, five seconds of a processor. */
test.for([
  ['packages that never end', '<package type="rpm">'.repeat(200_000), []],
  ['packages whose tag never ends', '<package '.repeat(300_000), []],
  ['checksums whose tag never ends', `<package a="">${'<checksum '.repeat(200_000)}></package>`, undefined],
  ['versions whose tag never ends', `<package a="">${'<version '.repeat(200_000)}</package>`, undefined],
  ['an attribute without a value', `<package a=""><version ${'a'.repeat(300_000)}></package>`, undefined],
] as const)('%s', ([, content, packages]) => {
  const begin = process.threadCpuUsage()
  if (packages === undefined) expect(() => readPrimary(`<metadata>${content}`)).toThrow('no name, version')
  else expect(readPrimary(`<metadata>${content}`)).toEqual(packages)
  expect(process.threadCpuUsage(begin).user).toBeLessThan(5e6)
})
