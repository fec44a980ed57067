import type { EmulatorClock } from './clock.ts'
import { seededRandom } from './seeded-random.ts'

/** What a shelf is told apart by: type, place, tier. */
type ShelfWords = Readonly<Record<string, string | boolean>>

/** So many free machines by order, on every shelf with these words; null goes back to the seeded stock. */
export type StockOrder<Shelf extends ShelfWords> = {
  readonly [Word in keyof Shelf]?: Shelf[Word] | undefined
} & {
  readonly free: number | null
}

interface StockDeps<Shelf extends ShelfWords> {
  readonly clock: EmulatorClock
  readonly seed: string
  /** Stock that changes every ten minutes of emulated time. */
  readonly churn: boolean
  readonly shelves: readonly Shelf[]
  /** How many stand on a shelf when nobody has rented; `random` answers the same number for the same words. */
  readonly supply: (shelf: Shelf, random: (...words: string[]) => number) => number
  /** How many of a shelf are rented. */
  readonly inUse: (shelf: Shelf) => number
}

export interface Stock<Shelf extends ShelfWords> {
  free(shelf: Shelf): number
  set(order: StockOrder<Shelf>): void
  list(): readonly (Shelf & { free: number })[]
}

const CHURN_PERIOD_MS = 10 * 60_000

/** Seeded stock, the same in every run, less what is rented; what tests order goes before the seed. */
export function createStock<Shelf extends ShelfWords>(deps: StockDeps<Shelf>): Stock<Shelf> {
  const { clock, seed, churn, shelves, supply, inUse } = deps
  let orders: StockOrder<Shelf>[] = []

  function seeded(shelf: Shelf): number {
    const words = [seed, ...Object.values(shelf).map(String)]
    const standing = supply(shelf, (...more) => seededRandom(...words, ...more))
    if (!churn) return standing
    const period = Math.floor(clock.nowMs() / CHURN_PERIOD_MS)
    return Math.round(standing * (1 - seededRandom(...words, 'taken', period)))
  }

  const orderFor = (shelf: Shelf): StockOrder<Shelf> | undefined =>
    orders.findLast((order) => wordsOf(order).every(([word, value]) => shelf[word] === value))

  const free = (shelf: Shelf): number => orderFor(shelf)?.free ?? Math.max(0, seeded(shelf) - inUse(shelf))

  return {
    free,
    set(order) {
      // Why removed first: a narrower order given earlier must not survive a broader one given later.
      const kept = orders.filter((old) => !wordsOf(order).every(([word, value]) => old[word] === value))
      orders = [...kept, ...(order.free === null ? [] : [order])]
    },
    list: () =>
      shelves
        .map((shelf) => ({ ...shelf, free: free(shelf) }))
        .filter((shelf) => shelf.free > 0 || orderFor(shelf) !== undefined),
  }
}

const wordsOf = (order: StockOrder<ShelfWords>): [string, string | boolean][] =>
  Object.entries(order).filter(
    (entry): entry is [string, string | boolean] => entry[0] !== 'free' && entry[1] !== undefined,
  )
