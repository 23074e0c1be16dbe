import { sortedMap } from '../byte-order.ts'
import type { Xmd } from '../module-stream.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { type Place, refuseType } from './place.ts'

/** Reads `xmd`: any value except a list at the top, which libmodulemd refuses. */
export function readXmd(place: Place): Xmd {
  if (place.node.kind === 'list') refuseType(place, 'map')
  return xmdOf(place.node)
}

/**
 * Only the upper-case words are booleans, quoted or not. Every other scalar is text. The last value of a
 * repeated key counts.
 */
function xmdOf(node: YamlNode): Xmd {
  switch (node.kind) {
    case 'text':
      return node.text === 'TRUE' ? true : node.text === 'FALSE' ? false : node.text
    case 'list':
      return node.items.map(xmdOf)
    case 'map':
      return sortedMap(new Map(node.entries.map(({ key, value }) => [key, xmdOf(value)])))
    case 'unreadable':
      return ''
  }
}
