import { seededRandom } from '@berth/upstreams/kit/seeded-random'

type Word = string | number

/** Chance that depends on nothing but the seed and the words: rental 17 is the same rental however many there are. */
export interface Chance {
  /** In [0, 1). */
  share(...words: Word[]): number
  /** Whole numbers, both ends included. */
  between(least: number, most: number, ...words: Word[]): number
  happens(probability: number, ...words: Word[]): boolean
  pick<T>(list: readonly T[], ...words: Word[]): T
  /** By weight; one of weight 2 comes twice as often as one of weight 1. */
  weighted<T>(list: readonly (readonly [weight: number, value: T])[], ...words: Word[]): T
}

export function seededChance(seed: number): Chance {
  const share = (...words: Word[]): number => seededRandom('chaos', seed, ...words)
  function weighted<T>(list: readonly (readonly [number, T])[], ...words: Word[]): T {
    let left = share(...words) * list.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, value] of list) {
      left -= weight
      if (left < 0) return value
    }
    throw new Error('nothing to choose from')
  }
  return {
    share,
    weighted,
    between: (least, most, ...words) => least + Math.floor(share(...words) * (most - least + 1)),
    happens: (probability, ...words) => share(...words) < probability,
    pick: (list, ...words) =>
      weighted(
        list.map((value) => [1, value]),
        ...words,
      ),
  }
}
