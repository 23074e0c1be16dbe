import { pathOf } from '../path.ts'
import type { YamlNode } from '../yaml/tree.ts'
import type { ValueRule } from './policy.ts'

/** A value that breaks a rule of the policy, or the place of a missing value. */
export interface ValueObjection {
  path: string
  at: number
}

/** Returns the places where a document breaks a rule for values. */
export function findValueObjections(root: YamlNode, rule: ValueRule): ValueObjection[] {
  const found = [...valuesAt(root, rule.path, [])]
  const values = found.filter(({ isThere }) => isThere)
  const missing = rule.isRequired ? found.filter(({ isThere }) => !isThere) : []
  return [...missing, ...values.filter(({ text }) => breaks(rule, text))].map(({ path, at }) => ({
    path: pathOf(path),
    at,
  }))
}

function breaks({ matches, forbids }: ValueRule, text: string): boolean {
  return (matches !== undefined && !matches.test(text)) || (forbids?.test(text) ?? false)
}

interface FoundValue {
  path: string[]
  at: number
  text: string
  isThere: boolean
}

/** Yields all texts at a path, and the places where a key of the path is missing. */
function* valuesAt(node: YamlNode, keys: readonly string[], path: string[]): Generator<FoundValue> {
  const [key, ...rest] = keys
  if (key === undefined) {
    if (node.kind === 'text') yield { path, at: node.at, text: node.text, isThere: true }
    return
  }
  const children =
    node.kind === 'map'
      ? node.entries.map((entry) => [entry.key, entry.value] as const)
      : node.kind === 'list'
        ? node.items.map((item, i) => [String(i), item] as const)
        : []
  const chosen = children.filter(([name]) => key === '*' || key === name)
  if (chosen.length === 0 && key !== '*')
    yield { path: [...path, ...keys], at: node.at, text: '', isThere: false }
  for (const [name, child] of chosen) yield* valuesAt(child, rest, [...path, name])
}
