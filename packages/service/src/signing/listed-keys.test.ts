import { expect, test } from 'vitest'
import { keysMeant, parseListedKeys } from './listed-keys.ts'

const list = `sec:u:3072:1:AAAAAAAA11111111:1:::u:::scSC:::+:::23::0:
fpr:::::::::00000000000000000000000000000000AAAAAAAA11111111:
grp:::::::::ABC:
uid:u::::1::H::Ann\\x3a the first <ann@example.org>::::::::::0:
ssb:u:3072:1:CCCCCCCC33333333:1::::::s:::+:::23:
fpr:::::::::00000000000000000000000000000000CCCCCCCC33333333:
sec:e:3072:1:BBBBBBBB22222222:1:2::u:::cSC:::+:::23::0:
fpr:::::::::00000000000000000000000000000000BBBBBBBB22222222:
uid:e::::1::H::Ann::::::::::0:
`

test('primary keys are read from gpg’s list, and not those below them', () => {
  expect(parseListedKeys(list)).toEqual([
    {
      isSecret: true,
      fingerprint: '00000000000000000000000000000000AAAAAAAA11111111',
      keyId: 'AAAAAAAA11111111',
      canSign: true,
      fault: undefined,
      userIds: ['Ann: the first <ann@example.org>'],
    },
    {
      isSecret: true,
      fingerprint: '00000000000000000000000000000000BBBBBBBB22222222',
      keyId: 'BBBBBBBB22222222',
      canSign: false,
      fault: 'has expired',
      userIds: ['Ann'],
    },
  ])
})

test.each([
  ['a key id', '11111111', [0]],
  ['a long one with its prefix', '0xbbbbbbbb22222222', [1]],
  ['a whole user id, though others hold it too', 'Ann', [1]],
  ['a part of one', 'EXAMPLE.ORG', [0]],
  ['a part of several', 'an', [0, 1]],
  ['digits of no key', '33333333', []],
])('%s means what it says', (_, wanted, indexes) => {
  const keys = parseListedKeys(list)
  expect(keysMeant(keys, wanted)).toEqual(indexes.map((index) => keys[index]))
})
