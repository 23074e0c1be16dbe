import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(path.join(os.tmpdir(), 'mbs-modulemd-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs `mbs modulemd` in the folder of the test. */
function mbs(args: readonly string[], input: string | Buffer = '') {
  const { status, stdout, stderr } = spawnSync(
    path.join(root, 'packages/cli/bin/mbs'),
    ['modulemd', ...args],
    { cwd: folder, input, encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

const fixture = (name: string) => readFileSync(path.join(root, 'packages/modulemd/fixtures', name), 'utf8')
const put = (name: string, content: string | Buffer) => writeFileSync(path.join(folder, name), content)

const good = fixture('stream-v1.yaml')
const bad = good.replace('summary: 1.10', 'sumary: 1.10')
const defaults = (stream: string) =>
  `---\ndocument: modulemd-defaults\nversion: 1\ndata: {module: garden, stream: "${stream}"}\n`
put('good.yaml', good)
put('bad.yaml', bad)
put('packager.yaml', fixture('packager-v3.yaml'))
put('beside.yaml', fixture('beside-streams.yaml'))
put('one.yaml', defaults('1.10'))
put('two.yaml', defaults('2'))
put('good.yaml.gz', gzipSync(good))
put('good.yaml.zst', zstdCompressSync(good))
put('cut.yaml.gz', gzipSync(good).subarray(0, -4))
put('not-text.yaml', Buffer.from([0x61, 0xff, 0x61]))

describe('check', () => {
  test('good files', () => {
    const { status, stdout } = mbs(['check', '--strict', 'good.yaml', 'packager.yaml', 'beside.yaml'])
    expect([status, stdout]).toEqual([0, '3 files, 6 good documents\n'])
  })

  test.for(['good.yaml.gz', 'good.yaml.zst'])('%s', (file) => {
    expect(mbs(['check', file]).stdout).toBe('1 file, 1 good document\n')
  })

  test.for([
    ['xz', ['-c']],
    ['bzip2', ['-c']],
  ] as const)('what %s packed, from standard input', ([program, args]) => {
    const packed = spawnSync(program, args, { input: good }).stdout
    expect(mbs(['check', '-'], packed).stdout).toBe('1 file, 1 good document\n')
  })

  test('a zstd file of several frames, some of which are to be skipped, has all their documents', () => {
    const skippable = Buffer.from('502a4d180400000061626364', 'hex')
    const frames = [
      skippable,
      zstdCompressSync(good),
      skippable,
      zstdCompressSync(fixture('beside-streams.yaml')),
    ]
    put('frames.yaml.zst', Buffer.concat(frames))
    expect(mbs(['check', 'frames.yaml.zst']).stdout).toBe('1 file, 5 good documents\n')
  })

  test('all problems of a bad one, each with its place and remedy, and 1', () => {
    const { status, stdout } = mbs(['check', '--strict', 'good.yaml', 'bad.yaml'])
    expect([status, stdout.split('\n')]).toEqual([
      1,
      [
        'bad.yaml: line 5, column 3: data.summary: the key summary is missing (add summary)',
        'bad.yaml: line 10, column 3: data.sumary: the key "sumary" is unknown (did you mean summary?)',
        '2 files, 1 good document, 1 file refused',
        '',
      ],
    ])
  })

  test('keys that are not known do no harm unless it is strict', () => {
    put('extra.yaml', good.replace('  summary:', '  x: y\n  summary:'))
    expect([mbs(['check', 'extra.yaml']).status, mbs(['check', '--strict', 'extra.yaml']).status]).toEqual([
      0, 1,
    ])
  })

  test('for programs', () => {
    const { stdout } = mbs(['check', '--json', '--strict', 'bad.yaml'])
    expect(JSON.parse(stdout)).toMatchObject([
      {
        file: 'bad.yaml',
        documents: 0,
        problems: [
          { code: 'missing', line: 5, column: 3, path: 'data.summary', remedy: 'add summary' },
          { code: 'unknown-key', line: 10, column: 3, path: 'data.sumary', remedy: 'did you mean summary?' },
        ],
      },
    ])
  })

  test.for([
    ['nowhere.yaml', 'nowhere.yaml: it cannot be read: ENOENT'],
    ['not-text.yaml', 'not-text.yaml: this is not a text in UTF-8'],
    ['cut.yaml.gz', 'cut.yaml.gz: it cannot be unpacked: unexpected end of file'],
  ] as const)('%s does not hide the others', ([file, message]) => {
    const { status, stdout } = mbs(['check', file, 'good.yaml'])
    expect(status).toBe(1)
    expect(stdout).toContain(message)
    expect(stdout).toContain('2 files, 1 good document, 1 file refused')
  })
})

describe('lint', () => {
  const clean = fixture('clean.yaml')
  put('clean.yaml', clean)
  put('doubtful.yaml', clean.replace('    - seeds-devel', '    - flowers'))
  put('rake.spec', 'Name: rake\nBuildRequires: seeds\n')
  put('seeds.spec', 'Name: seeds\n%package -n flowers\n')
  put('spade.spec', 'Name: spade\n')
  put('policy.yaml', 'rules: {filter-matches-nothing: note}\n')
  put('bad-policy.yaml', 'rule: {}\n')

  test('a document of which there is nothing to say', () => {
    expect(mbs(['lint', 'clean.yaml'])).toMatchObject({
      status: 0,
      stdout: '0 errors, 0 warnings, 0 notes\n',
    })
  })

  test('one that a hook refuses', () => {
    const { status, stdout } = mbs(['lint', 'doubtful.yaml'])
    expect(status).toBe(1)
    expect(stdout.split('\n')[0]).toBe(
      'doubtful.yaml:44:7: warning: data.filter.rpms: no component builds "flowers" (remove it, or correct its name) [filter-matches-nothing, can be fixed]',
    )
  })

  test('a file that is no text, or not there, is an error with its name, and those after it are looked at', () => {
    const { status, stdout } = mbs(['lint', 'not-text.yaml', 'nowhere.yaml', 'doubtful.yaml'])
    expect([status, stdout.split('\n')]).toEqual([
      1,
      [
        'not-text.yaml:0:0: error: this is not a text in UTF-8 (save it in UTF-8, or decompress it first) [valid]',
        expect.stringMatching(/^nowhere\.yaml:0:0: error: it cannot be read: ENOENT.* \[valid\]$/),
        expect.stringMatching(/^doubtful\.yaml:44:7: warning: /),
        '2 errors, 1 warnings, 0 notes',
        '',
      ],
    ])
  })

  test('by the specs of the components', () => {
    expect(mbs(['lint', '--specs', '.', 'doubtful.yaml']).status).toBe(0)
  })

  test('by a policy, which must be right itself', () => {
    expect(mbs(['lint', '--policy', 'policy.yaml', 'doubtful.yaml'])).toMatchObject({ status: 0 })
    const { stdout } = mbs(['lint', '--policy', 'policy.yaml', '--notes', '--json', 'doubtful.yaml'])
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'doubtful.yaml', findings: [{ severity: 'note' }] }])
    const { status, stderr } = mbs(['lint', '--policy', 'bad-policy.yaml', 'clean.yaml'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('bad-policy.yaml: line 1, column 1: rule')])
  })
})

describe('print', () => {
  test('the canonical form', () => {
    expect(mbs(['print', 'good.yaml'])).toEqual({ status: 0, stdout: good, stderr: '' })
  })

  test('in the newest version', () => {
    expect(mbs(['print', '--upgrade', 'good.yaml']).stdout).toContain('version: 2\n')
    const { stdout } = mbs(['print', '--upgrade', 'packager.yaml'])
    expect(stdout.match(/^document: .*/gm)).toEqual([
      'document: modulemd-defaults',
      'document: modulemd',
      'document: modulemd',
    ])
  })

  test('as JSON', () => {
    expect(JSON.parse(mbs(['print', '--json', 'good.yaml']).stdout)).toMatchObject([
      { document: 'modulemd', version: 1, data: { name: 'garden', version: '20180312140000' } },
    ])
  })

  test('what is dropped is told', () => {
    const { status, stdout, stderr } = mbs(['print', '-'], good.replace('  summary:', '  x: y\n  summary:'))
    expect([status, stdout]).toEqual([0, good])
    expect(stderr).toContain('dropped: line 10, column 3: data.x: the key "x" is unknown')
  })

  test('nothing of a bad file', () => {
    const { status, stdout, stderr } = mbs(['print', 'bad.yaml'])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('line 5, column 3: data.summary: the key summary is missing (add summary)')
  })
})

describe('merge', () => {
  test('to a file, which is whole or not there', () => {
    expect(mbs(['merge', 'good.yaml', 'beside.yaml', '-o', 'merged.yaml']).status).toBe(0)
    expect(mbs(['check', '--strict', 'merged.yaml']).stdout).toBe('1 file, 5 good documents\n')
    expect(mbs(['merge', 'bad.yaml', '-o', 'none.yaml']).stderr).toContain(
      'bad.yaml: the key summary is missing',
    )
    expect(mbs(['check', 'none.yaml']).status).toBe(1)
    expect(mbs(['merge', 'good.yaml', 'not-text.yaml', '-o', 'none.yaml'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not-text.yaml: this is not a text in UTF-8') as string,
    })
  })

  test.for([
    ['merged.yaml.gz', '1f8b'],
    ['merged.yaml.zst', '28b52ffd'],
    ['merged.yaml.xz', 'fd377a58'],
    ['merged.yaml.bz2', '425a68'],
  ] as const)('to %s, which is packed as its name says', ([file, begin]) => {
    expect(mbs(['merge', 'good.yaml', '-o', file]).status).toBe(0)
    expect(readFileSync(path.join(folder, file)).toString('hex')).toMatch(new RegExp(`^${begin}`))
    expect(mbs(['print', file]).stdout).toBe(good)
  })

  test('defaults that contradict each other', () => {
    const merge = (...options: string[]) => mbs(['merge', 'one.yaml', 'two.yaml', '-o', '-', ...options])
    expect(merge().stdout).not.toContain('stream:')
    expect(merge('--override', 'two.yaml').stdout).toContain('stream: "2"')
    // As with libmodulemd, a third document hides the contradiction. docs/use/commands.md documents this.
    expect(mbs(['merge', 'one.yaml', 'two.yaml', 'one.yaml', '-o', '-']).stdout).toContain('stream: "1.10"')
    const { status, stderr } = merge('--strict-defaults')
    expect(status).toBe(1)
    expect(stderr).toContain(
      'both "1.10" and "2" are its default stream (raise "modified" in the one that is right)',
    )
  })

  test('a stream that differs is left out, and that is told', () => {
    put('other.yaml', good.replace('summary: 1.10', 'summary: other'))
    const { status, stdout, stderr } = mbs(['merge', 'good.yaml', 'other.yaml', '-o', '-'])
    expect([status, stdout]).toEqual([0, good])
    expect(stderr).toContain('left out: data: "garden:1.10:20180312140000:c0ffee01:x86_64" came before')
  })
})
