import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { seededRandom } from '../kit/seeded-random.ts'
import { findInstanceType, INSTANCE_TYPES } from './instance-types.ts'
import { isRegion, REGION_NAMES, type RegionName } from './regions.ts'

/** Free machines by order: of one type, in one region or all. */
export const stockOrderSchema = z.strictObject({
  instanceType: z.string().refine((name) => findInstanceType(name) !== undefined, 'no such instance type'),
  region: z.string().refine(isRegion, 'no such region').optional(),
  /** Machines beyond those that run; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})
export type StockOrder = z.infer<typeof stockOrderSchema>

/** Machines of one type in one region. */
export interface Shelf {
  readonly instanceType: string
  readonly region: RegionName
}

interface InventoryDeps {
  readonly clock: EmulatorClock
  readonly inUse: (shelf: Shelf) => number
  readonly churn: boolean
  readonly seed: string
}

export type Inventory = ReturnType<typeof createInventory>

/** Lambda's capacity comes and goes within minutes. */
const CHURN_PERIOD_MS = 5 * 60_000
/** How many of its regions a type is built in at most. */
const SPREAD = 0.14
const MOST_MACHINES = 6

/** The emulated stock: seeded, flapping with `churn`, less what runs; what tests order goes before the seed. */
export function createInventory({ clock, inUse, churn, seed }: InventoryDeps) {
  let orders: StockOrder[] = []

  function supply({ instanceType, region }: Shelf): number {
    const type = findInstanceType(instanceType)
    const words = [seed, instanceType, region]
    if (type === undefined || seededRandom(...words, 'offered') > type.abundance * SPREAD) return 0
    const machines = 1 + Math.floor(seededRandom(...words, 'size') * MOST_MACHINES * type.abundance)
    const period = churn ? Math.floor(clock.nowMs() / CHURN_PERIOD_MS) : 0
    const taken = churn ? seededRandom(...words, 'taken', period) : 0
    return Math.floor(machines * (1 - taken * 0.9) + 0.5)
  }

  function orderFor({ instanceType, region }: Shelf): StockOrder | undefined {
    return orders.findLast(
      (order) => order.instanceType === instanceType && (order.region ?? region) === region,
    )
  }

  function free(shelf: Shelf): number {
    return orderFor(shelf)?.free ?? Math.max(0, supply(shelf) - inUse(shelf))
  }

  return {
    free,
    regionsWith: (instanceType: string): readonly RegionName[] =>
      REGION_NAMES.filter((region) => free({ instanceType, region }) > 0),
    set(order: StockOrder): void {
      const kept = orders.filter(
        (old) =>
          old.instanceType !== order.instanceType ||
          (order.region !== undefined && old.region !== order.region),
      )
      orders = [...kept, ...(order.free === null ? [] : [order])]
    },
    list: (): readonly (Shelf & { free: number })[] =>
      INSTANCE_TYPES.flatMap(({ name: instanceType }) =>
        REGION_NAMES.map((region) => ({ instanceType, region })),
      )
        .map((shelf) => ({ ...shelf, free: free(shelf) }))
        .filter((shelf) => shelf.free > 0 || orderFor(shelf) !== undefined),
  }
}
