/** An index entry with its data, in the form that a test writes. */
export interface TestTag {
  tag: number
  type: number
  count: number
  data: Buffer
}

const MAGIC = Buffer.from('8eade80100000000', 'hex')
const ALIGNMENT: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8 }

export function text(tag: number, ...strings: string[]): TestTag {
  const data = Buffer.from(strings.map((string) => string + '\0').join(''))
  return { tag, type: strings.length === 1 ? 6 : 8, count: strings.length, data }
}

export function int32(tag: number, ...numbers: number[]): TestTag {
  const data = Buffer.alloc(numbers.length * 4)
  numbers.forEach((number, i) => data.writeUInt32BE(number, i * 4))
  return { tag, type: 4, count: numbers.length, data }
}

/** Tags of a binary package without files. */
export const emptyPackage: readonly TestTag[] = [
  text(1000, 'demo'),
  text(1001, '1'),
  text(1002, '2'),
  text(1022, 'noarch'),
  text(1044, 'demo-1-2.src.rpm'),
]

/** Returns the beginning of an RPM file with these tags. It has no region, as in very old packages. */
export function rpmBytes(
  main: readonly TestTag[],
  signature: readonly TestTag[] = [text(273, 'ab')],
): Buffer {
  const lead = Buffer.alloc(96)
  lead.writeUInt32BE(0xedabeedb)
  const signatureBytes = headerBytes(signature)
  const padding = Buffer.alloc((8 - (signatureBytes.length % 8)) % 8)
  return Buffer.concat([lead, signatureBytes, padding, headerBytes(main)])
}

function headerBytes(tags: readonly TestTag[]): Buffer {
  const index: Buffer[] = []
  let data = Buffer.alloc(0)
  for (const { tag, type, count, data: value } of tags) {
    const alignment = ALIGNMENT[type] ?? 1
    data = Buffer.concat([data, Buffer.alloc((alignment - (data.length % alignment)) % alignment)])
    index.push(Buffer.concat([tag, type, data.length, count].map((number) => int32(0, number).data)))
    data = Buffer.concat([data, value])
  }
  const intro = int32(0, tags.length, data.length).data
  return Buffer.concat([MAGIC, intro, ...index, data])
}
