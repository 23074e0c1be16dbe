import { describe, expect, test } from 'vitest'
import { tagName } from '../registry/index.ts'
import { distTag, publishedDistTag } from './dist-tag.ts'
import { conflictsOf, macrosSource } from './macros.ts'

describe('names and numbers are upstream’s', () => {
  test.each([
    ['testmodule', 'master', '20170109091357', '7c29193d', 2, 'f28', 'module+f28+2+814cfa39'],
    ['nginx', '1', '2', '00000000', 2, '', 'module+2+b8661ee4'],
    ['testmodule', 'master', '2820180205135154', '9c690d0e', 2, 'f28', 'module+f28+2+3dc4d962'],
    // As RHEL 8 shipped it.
    ['rust-toolset', 'rhel8', '820181105234334', 'b09eea91', 2178, 'el8', 'module+el8+2178+cc252a44'],
  ])('the dist tag of %s:%s:%s:%s', (name, stream, version, context, index, marking, expected) => {
    expect(distTag({ name, stream, version, context }, index, marking)).toBe(expected)
  })

  test('the dist tag of a published module is the one with its own hash, else the newest', () => {
    const nsvc = { name: 'rust-toolset', stream: 'rhel8', version: '820181105234334', context: 'b09eea91' }
    const reused = 'cargo-vendor-0:0.1.15-3.module+el8+2176+447ca617.x86_64'
    const own = 'rust-0:1.28.0-1.module+el8+2178+cc252a44.x86_64'
    expect(publishedDistTag(nsvc, [reused, own])).toBe('module+el8+2178+cc252a44')
    expect(publishedDistTag({ ...nsvc, context: '00000000' }, [reused, own])).toBe('module+el8+2178+cc252a44')
    expect(
      publishedDistTag(nsvc, [reused.replace('module+', 'module_').replace('.x86_64', '.1.x86_64')]),
    ).toBe('module_el8+2176+447ca617')
    expect(publishedDistTag(nsvc, ['bash-0:4.4-1.el8.x86_64'])).toBeNull()
  })

  test('a tag is the NSVC, or a hash of it where that would be too long', () => {
    const nsvc = { name: 'testmodule', stream: 'master', version: '2820180205135154', context: '9c690d0e' }
    expect(tagName(nsvc)).toBe('module-testmodule-master-2820180205135154-9c690d0e')
    expect(tagName({ ...nsvc, stream: 'x'.repeat(250) })).toMatch(/^module-[0-9a-f]{16}$/)
    expect(tagName(nsvc, 7)).toBe('scrmod-testmodule-master-2820180205135154-9c690d0e+7')
    expect(tagName({ ...nsvc, stream: 'x'.repeat(250) }, 7)).toMatch(/^scrmod-[0-9a-f]{16}\+7$/)
  })

  test('module-build-macros carries dist tag, label, coordinates and the author’s macros', () => {
    const files = macrosSource({
      name: 'n',
      stream: 's',
      version: '1',
      context: 'c',
      distTag: 'module+1+x',
      extra: '%greeting Hi',
      conflicts: ['perl-libs-4:5.26-1.module+1', 'lib-gtk-0:3-2'],
    })
    expect(files['macros.modules']).toBe(
      '%dist .module+1+x\n%modularitylabel n:s:1:c\n%_module_build 1\n%_module_name n\n%_module_stream s\n' +
        '%_module_version 1\n%_module_context c\n%greeting Hi\n',
    )
    expect(files['module-build-macros.spec']).toContain('%{_sysconfdir}/rpm/macros.zz-modules')
    expect(files['module-build-macros.spec']).toContain(
      'BuildArch: noarch\nConflicts: perl-libs = 4:5.26-1.module+1\nConflicts: lib-gtk = 0:3-2\nSource1',
    )
  })

  test('it conflicts with what required modules filter, and with packages of the base whose names modules have', () => {
    const ursine = ['zlib-0:1-1.el8.x86_64', 'zlib-0:1-1.el8.i686', 'bash-completion-1:2.7-5.el8.noarch']
    const document = { name: 'own', xmd: new Map([['mbs', new Map([['ursine_rpms', ursine]])]]) }
    const buildrequires = {
      lib: { filtered_rpms: ['lib-doc-0:1-1'] },
      own: { filtered_rpms: ['own-a-0:1-1', 'own-b-0:1-1'] },
      platform: {},
    }
    expect(conflictsOf(document, buildrequires, ['own-a-0:1-1'])).toEqual([
      'bash-completion-1:2.7-5.el8',
      'lib-doc-0:1-1',
      'own-b-0:1-1',
      'zlib-0:1-1.el8',
    ])
    expect(conflictsOf({ name: 'own' }, {}, [])).toEqual([])
  })
})
