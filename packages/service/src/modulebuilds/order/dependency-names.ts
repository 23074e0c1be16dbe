const operators = new Set(['and', 'or', 'if', 'else', 'with', 'without', 'unless'])

/**
 * The names in a dependency of rpm, without versions: one, or those of a rich dependency (`(a >= 1 if b)`), all of which
 * are taken as needed, since an order is all that is asked for.
 */
export function dependencyNames(dependency: string): string[] {
  const words = dependency.trim().split(/\s+/)
  const isRich = dependency.trimStart().startsWith('(')
  return words.flatMap((word, index) => {
    // What stands behind a comparison is a version.
    if (/^[<>=]+$/.test(word) || /^[<>=]+$/.test(words[index - 1] ?? '')) return []
    const name = isRich ? withoutOuterParentheses(word) : word
    return name === '' || (isRich && operators.has(name)) ? [] : [name]
  })
}

/** Parentheses that belong to the name (`perl(Foo)`) are closed in it. */
function withoutOuterParentheses(word: string): string {
  let name = word.replace(/^\(+/, '')
  const count = (letter: string) => name.split(letter).length - 1
  while (name.endsWith(')') && count(')') > count('(')) name = name.slice(0, -1)
  return name
}
