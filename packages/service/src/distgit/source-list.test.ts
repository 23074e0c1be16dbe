import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../errors.ts'
import { hashTypes, parseMetadata, parseSources, type HashType, type SourceEntry } from './source-list.ts'

const of = (digits: number) => 'a'.repeat(digits)

describe('a sources file', () => {
  test.each([
    ['SHA512', 128, 'sha512'],
    ['SHA256', 64, 'sha256'],
    ['SHA1', 40, 'sha1'],
    ['MD5', 32, 'md5'],
  ])('names archives by their %s', (label, digits, hashType) => {
    const text = `${label} (x-1.0.tar.gz) = ${of(digits)}\n`
    expect(parseSources(text, 'x')).toEqual([{ file: 'x-1.0.tar.gz', hashType, hash: of(digits) }])
  })

  test('may be of the old form, in part or as a whole, with the ends of lines of any system', () => {
    const text = `${of(32)}  a.tar.gz\r\n\r\n${of(32)} *b.tar.gz\r\nSHA256 (c (1).zip) = ${of(64)}`
    expect(() => parseSources(text, 'x')).toThrow(/line 4/)
    expect(parseSources(text.replace('c (1)', 'c(1)'), 'x').map(({ file }) => file)).toEqual([
      'a.tar.gz',
      'b.tar.gz',
      'c(1).zip',
    ])
  })

  test.each([
    ['nothing that is known', 'x.tar.gz', /x, line 2 of sources: found "x\.tar\.gz"; write "SHA512 \(FILE\)/],
    ['an unknown digest', `CRC32 (x) = ${of(8)}`, /CRC32 is an unknown digest; use SHA512/],
    ['a cut digest', `SHA512 (x) = ${of(127)}`, /a SHA512 has 128 digits of 0-9 and a-f/],
    ['another digest’s length', `SHA256 (x) = ${of(128)}`, /a SHA256 has 64 digits/],
    ['a digest with other letters', `MD5 (x) = ${'z'.repeat(32)}`, /a MD5 has 32 digits/],
    ['an old line with another digest', `${of(40)}  x`, /"MD5HEX {2}FILE" with two spaces/],
  ])('with %s is refused, with its line', (_, line, message) => {
    expect(() => parseSources(`MD5 (a) = ${of(32)}\n${line}\n`, 'x')).toThrow(message)
  })
})

describe('a metadata file', () => {
  test('tells digests by their length', () => {
    const lengths = [32, 40, 64, 128]
    const text = lengths.map((digits) => `${of(digits)} SOURCES/${digits}.tar.xz\n`).join('')
    expect(parseMetadata(text, 'x').map(({ hashType }) => hashType)).toEqual([
      'md5',
      'sha1',
      'sha256',
      'sha512',
    ])
  })

  test.each([
    [
      'another length',
      `${of(41)} SOURCES/x`,
      /x, line 1 of \.x\.metadata: .*; a digest has 32, 40, 64 or 128/,
    ],
    ['another folder', `${of(40)} SPECS/x`, /archives lie in SOURCES; write "HEX SOURCES\/FILE"/],
    ['no folder', `${of(40)} x`, /archives lie in SOURCES/],
    ['no file', of(40), /write "HEX SOURCES\/FILE"/],
    ['a folder only', `${of(40)} SOURCES/`, /"" cannot be the name/],
  ])('with %s is refused, with its line', (_, line, message) => {
    expect(() => parseMetadata(line, 'x')).toThrow(message)
  })
})

const hostile = [
  '../x',
  'a/b',
  '/etc/passwd',
  '.',
  '..',
  '.hidden',
  '-rf',
  'a\\b',
  'a\0b',
  'é',
  'x'.repeat(256),
]

test.each(hostile)('%j is the name of no archive', (file) => {
  const refused = /cannot be the name of an archive|write "/
  expect(() => parseSources(`MD5 (${file}) = ${of(32)}`, 'x')).toThrow(refused)
  expect(() => parseSources(`${of(32)}  ${file}`, 'x')).toThrow(refused)
  expect(() => parseMetadata(`${of(32)} SOURCES/${file}`, 'x')).toThrow(refused)
})

const oneOf = (letters: string) => fc.constantFrom(...letters.split(''))
const name = fc
  .tuple(oneOf('aZ9_+@~'), fc.array(oneOf('aZ0.-+_~^@%,:=()[]{}&#!'), { maxLength: 40 }))
  .map(([first, rest]) => first + rest.join(''))
const entry = fc.constantFrom(...(Object.keys(hashTypes) as HashType[])).chain((hashType) =>
  fc.record({
    file: name,
    hashType: fc.constant(hashType),
    hash: fc
      .array(oneOf('0123456789abcdef'), {
        minLength: hashTypes[hashType].digits,
        maxLength: hashTypes[hashType].digits,
      })
      .map((digits) => digits.join('')),
  }),
)
const entries = fc.array(entry, { maxLength: 5 })

const write = {
  sources: (list: readonly SourceEntry[]) =>
    list.map(({ file, hashType, hash }) => `${hashTypes[hashType].label} (${file}) = ${hash}\n`).join(''),
  old: (list: readonly SourceEntry[]) => list.map(({ file, hash }) => `${hash}  ${file}\n`).join(''),
  metadata: (list: readonly SourceEntry[]) =>
    list.map(({ file, hash }) => `${hash} SOURCES/${file}\n`).join(''),
}

test('what is written in any form is read as the same', () => {
  fc.assert(
    fc.property(entries, (list) => {
      expect(parseSources(write.sources(list), 'x')).toEqual(list)
      expect(parseMetadata(write.metadata(list), 'x')).toEqual(list)
      const md5 = list.filter(({ hashType }) => hashType === 'md5')
      expect(parseSources(write.old(md5), 'x')).toEqual(md5)
    }),
  )
})

test('no text makes anything but entries with plain names, or a fault that tells a line', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(entry, fc.string()).map(([one, file]) => write.metadata([{ ...one, file }])),
    fc.tuple(entry, fc.string()).map(([one, file]) => write.sources([{ ...one, file }])),
  )
  fc.assert(
    fc.property(line, (text) => {
      for (const parse of [parseSources, parseMetadata])
        try {
          for (const { file, hash } of parse(text, 'x')) {
            expect(file).toMatch(/^[^/\\\0-\x20.-][^/\\\0-\x20]*$/)
            expect(hash).toMatch(/^[0-9a-f]{32,128}$/)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
          expect((error as UserError).message).toMatch(/^x, line \d+ of /)
        }
    }),
  )
})
