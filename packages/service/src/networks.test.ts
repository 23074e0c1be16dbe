import { expect, test } from 'vitest'
import { isNetwork, networksOf } from './networks.ts'

test('networks have the addresses that they name, and no others', () => {
  const known = networksOf(['192.0.2.7', '10.0.0.0/8', 'fd00::/8', '::1'])
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '10.255.0.1', 'fd12::1', '::1'])
    expect([address, known(address)]).toEqual([address, true])
  for (const address of ['192.0.2.8', '11.0.0.1', '::ffff:11.0.0.1', 'fe80::1', '::2', '', 'localhost'])
    expect([address, known(address)]).toEqual([address, false])
  expect(networksOf([])('127.0.0.1')).toBe(false)
})

test.each(['', 'localhost', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', '1.2.3.4/', '1.2.3.4/8/8', '1.2.3.4/x'])(
  '"%s" is no network',
  (text) => {
    expect(isNetwork(text)).toBe(false)
    expect(() => networksOf([text])).toThrow('neither an address nor a network')
  },
)
