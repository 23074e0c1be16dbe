const operators = new Set(['and', 'or', 'if', 'else', 'with', 'without', 'unless'])

/**
 * Returns the names in a dependency of rpm, without versions: one name, or all names of a rich dependency (`(a >= 1 if
 * b)`). All of them count as needed, because the result only serves to order builds.
 */
export function dependencyNames(dependency: string): string[] {
  const words = dependency.trim().split(/\s+/)
  const isRich = dependency.trimStart().startsWith('(')
  return words.flatMap((word, index) => {
    // The word after a comparison is a version.
    if (/^[<>=]+$/.test(word) || /^[<>=]+$/.test(words[index - 1] ?? '')) return []
    const name = isRich ? withoutOuterParentheses(word) : word
    return name === '' || (isRich && operators.has(name)) ? [] : [name]
  })
}

/** Keeps parentheses that belong to the name (`perl(Foo)`): they are closed inside it. */
function withoutOuterParentheses(word: string): string {
  const name = word.replace(/^\(+/, '')
  let extra = name.split(')').length - name.split('(').length
  let end = name.length
  for (; extra > 0 && name[end - 1] === ')'; extra--) end--
  return name.slice(0, end)
}
