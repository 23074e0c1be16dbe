import { submission, type Rule } from './rules.ts'
import { TooManyChoices } from './too-many-choices.ts'

const open = 0
const chosen = 1
const excluded = 2

/** Maximum number of choices that are tried for one submission. A submission that needs more must name its streams. */
export const choicesMax = 1_000_000

/**
 * Chooses builds: at most one of each name, and with each chosen build its requirements. The search finds the
 * consequences of each choice at once, and can take back every choice.
 */
export class Search {
  readonly #state: Uint8Array
  readonly #rules: readonly Rule[]
  /** Number of providers of each rule that are not excluded. */
  readonly #left: Int32Array
  /** The rules that each build owns, and the rules that it is a provider for. */
  readonly #owned: number[][]
  readonly #provided: number[][]
  /** The other builds of the same name. */
  readonly #rivals: number[][]
  /** The rules in libsolv's order. */
  readonly #order: number[]
  readonly #preference: (open: readonly number[]) => number[]
  readonly #trail: number[] = []
  #choices = 0

  /**
   * @param names names of the builds, by index
   * @param preference sorts builds of which one must be chosen into the order in which they are tried
   */
  constructor(
    names: readonly string[],
    rules: readonly Rule[],
    preference: (open: readonly number[]) => number[] = (open) => [...open],
  ) {
    this.#state = new Uint8Array(names.length)
    this.#rules = rules
    this.#preference = preference
    this.#left = Int32Array.from(rules, ({ providers }) => providers.length)
    this.#owned = names.map(() => [])
    this.#provided = names.map(() => [])
    for (const [index, { owner, providers }] of rules.entries()) {
      this.#owned[owner]?.push(index)
      for (const provider of providers) this.#provided[provider]?.push(index)
    }
    const byName = Map.groupBy(names.keys(), (build) => names[build])
    this.#rivals = names.map((name, build) => (byName.get(name) ?? []).filter((other) => other !== build))
    this.#order = [...rules.keys()].sort((a, b) => compareRules(rules[a], rules[b]))
  }

  /** Finds the consequences before any choice. Returns false when the submission's requirements cannot be met. */
  begin(): boolean {
    return this.#settle([], [...this.#rules.keys()])
  }

  /**
   * Chooses a build and everything that follows from the choice. Returns false when that is impossible; the caller must
   * then undo. `exclude` works in the same way.
   */
  choose(build: number): boolean {
    return this.#settle([[build, chosen]], [])
  }

  exclude(builds: readonly number[]): boolean {
    return this.#settle(
      builds.map((build) => [build, excluded]),
      [],
    )
  }

  /** Counts a choice that may be wrong. */
  count(): void {
    if (++this.#choices > choicesMax)
      throw new TooManyChoices(`the requirements leave more than ${choicesMax} choices to try`)
  }

  isOpen(build: number): boolean {
    return this.#state[build] === open
  }

  isExcluded(build: number): boolean {
    return this.#state[build] === excluded
  }

  chosen(): number[] {
    return [...this.#state.keys()].filter((build) => this.#state[build] === chosen)
  }

  /** Returns the current position, for `undo`. */
  mark(): number {
    return this.#trail.length
  }

  undo(mark: number): void {
    while (this.#trail.length > mark) {
      const build = this.#trail.pop() ?? 0
      if (this.#state[build] === excluded)
        for (const rule of this.#provided[build] ?? []) this.#left[rule] = this.#leftOf(rule) + 1
      this.#state[build] = open
    }
  }

  /**
   * Chooses the builds that are still needed, in libsolv's order: rules of later builds first, in rounds, and for each
   * rule the preferred build. Returns false when nothing fits; the caller must then undo.
   */
  complete(from = 0): boolean {
    const count = this.#order.length
    for (let step = 0; step < count; step++) {
      const position = (from + step) % count
      const rule = this.#rules[this.#order[position] ?? 0]
      if (rule === undefined || !this.#isDue(rule)) continue
      const [build] = this.#preference(rule.providers.filter((one) => this.isOpen(one)))
      if (build === undefined) return false
      this.count()
      const mark = this.mark()
      if (this.choose(build) && this.complete(position + 1)) return true
      this.undo(mark)
      // The consequences of the exclusion may meet the rule, or leave another choice.
      return this.exclude([build]) && this.complete(position)
    }
    return true
  }

  #isDue({ owner, providers }: Rule): boolean {
    return this.#binds(owner) && !providers.some((build) => this.#state[build] === chosen)
  }

  #binds(owner: number): boolean {
    return owner === submission || this.#state[owner] === chosen
  }

  /** Makes the assignments, checks the rules that they touch, and repeats both until nothing changes. */
  #settle(assignments: [build: number, value: number][], rules: number[]): boolean {
    for (;;) {
      const rule = rules.pop()
      if (rule !== undefined) {
        const follows = this.#follows(rule)
        if (follows === false) return false
        if (follows !== undefined) assignments.push(follows)
        continue
      }
      const assignment = assignments.pop()
      if (assignment === undefined) return true
      const [build, value] = assignment
      if (this.#state[build] === value) continue
      if (this.#state[build] !== open) return false
      this.#state[build] = value
      this.#trail.push(build)
      if (value === chosen) {
        for (const rival of this.#rivals[build] ?? []) assignments.push([rival, excluded])
        for (const index of this.#owned[build] ?? []) rules.push(index)
      } else {
        const touched = this.#provided[build] ?? []
        for (const index of touched) {
          this.#left[index] = this.#leftOf(index) - 1
          rules.push(index)
        }
      }
    }
  }

  /**
   * Returns the consequence of a rule: its owner is excluded, its last provider is chosen, or undefined for nothing
   * yet. Returns false for a broken rule.
   */
  #follows(index: number): [number, number] | false | undefined {
    const { owner, providers } = this.#rules[index] ?? { owner: submission, providers: [] }
    const left = this.#leftOf(index)
    if (left === 0) {
      if (this.#binds(owner)) return false
      return this.isOpen(owner) ? [owner, excluded] : undefined
    }
    if (left > 1 || !this.#binds(owner)) return undefined
    const last = providers.find((build) => !this.isExcluded(build))
    return last === undefined || !this.isOpen(last) ? undefined : [last, chosen]
  }

  #leftOf(rule: number): number {
    return this.#left[rule] ?? 0
  }
}

/** Sorts rules of later builds first (libsolv sorts rules by the negated id), then by their providers. */
function compareRules(a: Rule | undefined, b: Rule | undefined): number {
  const owner = ownerRank(b) - ownerRank(a)
  if (owner !== 0 && !Number.isNaN(owner)) return owner
  const [left, right] = [a?.providers ?? [], b?.providers ?? []]
  for (const [position, build] of left.entries()) {
    const other = right[position]
    if (other === undefined) return 1
    if (build !== other) return build - other
  }
  return left.length - right.length
}

/** The submission ranks as the last build, because upstream adds it last. */
function ownerRank(rule: Rule | undefined): number {
  return rule === undefined || rule.owner === submission ? Number.MAX_SAFE_INTEGER : rule.owner
}
