import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { seededRandom } from '../kit/seeded-random.ts'
import { DATA_CENTERS } from './data-centers.ts'
import { type Cloud, findGpuType, GPU_TYPES, maxCountIn, priceMicrosPerHour } from './gpu-types.ts'

/** Free GPUs by order: of one type, in one data centre or all, in one cloud or both. */
export const stockOrderSchema = z.strictObject({
  gpuId: z.string().refine((id) => findGpuType(id) !== undefined, 'no such GPU type in the catalog'),
  dataCenterId: z.string().optional(),
  cloud: z.enum(['SECURE', 'COMMUNITY']).optional(),
  /** Free GPUs beyond those that living pods use; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})
export type StockOrder = z.infer<typeof stockOrderSchema>

export type AvailabilityLevel = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH'

/** A shelf: one GPU type in one data centre of one cloud. */
export interface Shelf {
  readonly gpuId: string
  readonly dataCenterId: string
  readonly cloud: Cloud
}

/** GPUs held by pods that are alive and not stopped, by shelf. */
export type InUse = (shelf: Shelf) => number

export type Inventory = ReturnType<typeof createInventory>

const CHURN_PERIOD_MS = 10 * 60_000

/**
 * The emulated stock: made from a seed, so every run sees the same market, and with `churn` changing every ten minutes
 * of emulated time. What pods use is taken off; what tests order goes before the seed.
 */
export function createInventory({ clock, inUse, churn, seed }: InventoryDeps) {
  let orders: StockOrder[] = []

  function supply(shelf: Shelf): number {
    const gpu = findGpuType(shelf.gpuId)
    if (gpu === undefined || priceMicrosPerHour(gpu, shelf.cloud) === null) return 0
    const words = [seed, shelf.gpuId, shelf.dataCenterId, shelf.cloud]
    if (seededRandom(...words, 'offered') > gpu.abundance * 0.75) return 0
    const machines = 1 + Math.floor(seededRandom(...words, 'size') * 5 * gpu.abundance)
    const period = churn ? Math.floor(clock.nowMs() / CHURN_PERIOD_MS) : 0
    const taken = churn ? seededRandom(...words, 'taken', period) : 0
    return Math.floor(machines * maxCountIn(gpu, shelf.cloud) * (1 - taken))
  }

  function orderFor(shelf: Shelf): StockOrder | undefined {
    return orders.findLast(
      (order) =>
        order.gpuId === shelf.gpuId &&
        (order.dataCenterId ?? shelf.dataCenterId) === shelf.dataCenterId &&
        (order.cloud ?? shelf.cloud) === shelf.cloud,
    )
  }

  function free(shelf: Shelf): number {
    return orderFor(shelf)?.free ?? Math.max(0, supply(shelf) - inUse(shelf))
  }

  /** The stock level for pods of so many GPUs on one shelf. */
  function level(shelf: Shelf, count: number): AvailabilityLevel {
    const gpu = findGpuType(shelf.gpuId)
    if (gpu === undefined || count > maxCountIn(gpu, shelf.cloud)) return 'NONE'
    return levelOf(Math.floor(free(shelf) / count))
  }

  return {
    free,
    level,
    set(order: StockOrder): void {
      // Why removed first: a narrower order given earlier must not survive a broader one given later.
      orders = [...orders.filter((old) => !covers(order, old)), ...(order.free === null ? [] : [order])]
    },
    list: (): readonly (Shelf & { free: number })[] =>
      GPU_TYPES.flatMap(({ id: gpuId }) =>
        DATA_CENTERS.flatMap(({ id: dataCenterId }) =>
          (['SECURE', 'COMMUNITY'] as const).map((cloud) => ({ gpuId, dataCenterId, cloud })),
        ),
      )
        .map((shelf) => ({ ...shelf, free: free(shelf) }))
        .filter((shelf) => shelf.free > 0 || orderFor(shelf) !== undefined),
  }
}

function covers(wide: StockOrder, narrow: StockOrder): boolean {
  return (
    wide.gpuId === narrow.gpuId &&
    (wide.dataCenterId === undefined || wide.dataCenterId === narrow.dataCenterId) &&
    (wide.cloud === undefined || wide.cloud === narrow.cloud)
  )
}

function levelOf(placeable: number): AvailabilityLevel {
  if (placeable === 0) return 'NONE'
  if (placeable <= 2) return 'LOW'
  return placeable <= 6 ? 'MEDIUM' : 'HIGH'
}

/** The best of several levels: what a whole cloud has is what its best place has. */
export function bestLevel(levels: readonly AvailabilityLevel[]): AvailabilityLevel {
  const order: readonly AvailabilityLevel[] = ['NONE', 'LOW', 'MEDIUM', 'HIGH']
  return order[Math.max(0, ...levels.map((level) => order.indexOf(level)))] ?? 'NONE'
}

interface InventoryDeps {
  readonly clock: EmulatorClock
  readonly inUse: InUse
  readonly churn: boolean
  readonly seed: string
}
