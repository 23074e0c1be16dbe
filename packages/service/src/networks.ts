import { BlockList, isIP } from 'node:net'

/** A set of IP addresses. */
export type Networks = (address: string) => boolean

/**
 * Returns the set of the listed addresses: single ones, and networks in CIDR form (`10.0.0.0/8`, `fd00::/8`).
 *
 * @param list addresses and networks that {@link isNetwork} accepts
 */
export function networksOf(list: readonly string[]): Networks {
  const known = new BlockList()
  for (const text of list) {
    const { address, family, bits } = parse(text) ?? unknown(text)
    if (bits === undefined) known.addAddress(address, family)
    else known.addSubnet(address, bits, family)
  }
  return (address) => {
    // A socket for both IP versions reports the address of an IPv4 client as an IPv6 address.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return isIP(plain) !== 0 && known.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
  }
}

/** Returns whether a text is an IP address, or a network in CIDR form. */
export function isNetwork(text: string): boolean {
  return parse(text) !== undefined
}

function parse(
  text: string,
): { address: string; family: 'ipv4' | 'ipv6'; bits: number | undefined } | undefined {
  const [, address = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  const bits = digits === undefined ? undefined : Number(digits)
  if (version === 0 || (bits ?? 0) > (version === 4 ? 32 : 128)) return undefined
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', bits }
}

function unknown(text: string): never {
  throw new Error(
    `"${text}" is neither an address nor a network, which the configuration should have refused`,
  )
}
