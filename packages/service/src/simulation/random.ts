import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Random numbers that a seed decides: the same seed gives the same sequence on every machine. */
export class Random {
  private readonly generator

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed)
  }

  /** Returns a whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return uniformInt(this.generator, least, most)
  }

  /** Returns true with this probability, from 0 (never) to 1 (always). */
  chance(share: number): boolean {
    return share > 0 && this.integer(1, 1_000_000) <= share * 1_000_000
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[this.integer(0, list.length - 1)]
    if (chosen === undefined) throw new Error('there is nothing to pick from')
    return chosen
  }
}
