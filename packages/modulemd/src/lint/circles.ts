/** A name on the way from the first name to the current one. */
interface Step {
  name: string
  targets: readonly string[]
  /** The index of the next target to follow. */
  next: number
  /** The lowest number of a name that this one leads back to. */
  lowest: number
}

/**
 * Returns the names that lead back to themselves. It finds the groups of names that lead to each other (Tarjan's
 * strongly connected components), so the time is linear in the number of targets.
 */
export function namesInCircles(
  names: Iterable<string>,
  targetsOf: (name: string) => readonly string[],
): Set<string> {
  const circular = new Set<string>()
  /** Every visited name by the order of the visits; names whose group is complete have an infinite number. */
  const numbers = new Map<string, number>()
  const open: string[] = []
  const stepTo = (name: string): Step => {
    const lowest = numbers.size
    numbers.set(name, lowest)
    open.push(name)
    return { name, targets: targetsOf(name), next: 0, lowest }
  }
  for (const first of names) {
    const steps = numbers.has(first) ? [] : [stepTo(first)]
    for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
      const target = step.targets[step.next++]
      if (target !== undefined) {
        if (target === step.name) circular.add(target)
        const number = numbers.get(target)
        if (number === undefined) steps.push(stepTo(target))
        else step.lowest = Math.min(step.lowest, number)
        continue
      }
      steps.pop()
      const before = steps.at(-1)
      if (before !== undefined) before.lowest = Math.min(before.lowest, step.lowest)
      if (step.lowest === numbers.get(step.name)) closeGroup(open, step.name, numbers, circular)
    }
  }
  return circular
}

function closeGroup(
  open: string[],
  first: string,
  numbers: Map<string, number>,
  circular: Set<string>,
): void {
  const group = open.splice(open.lastIndexOf(first))
  for (const name of group) {
    numbers.set(name, Infinity)
    if (group.length > 1) circular.add(name)
  }
}
