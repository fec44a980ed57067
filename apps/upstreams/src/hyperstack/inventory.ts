import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { createStock, type Stock } from '../kit/stock.ts'
import { FLAVORS, findFlavor, REGIONS } from './flavors.ts'

const MODELS = new Set(FLAVORS.map(({ gpu }) => gpu))

/** Free GPUs by order: of one model, in one region or all. */
export const stockOrderSchema = z.strictObject({
  gpu: z.string().refine((model) => MODELS.has(model), 'no such GPU model'),
  region: z.enum(REGIONS).optional(),
  /** GPUs beyond those in use; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})

/** GPUs of one model in one region; flavors of every size are cut from them. */
export type Shelf = { readonly gpu: string; readonly region: string }

export type Inventory = Stock<Shelf> & {
  /** How many machines of this flavor can still be made there. */
  machines(flavor: string, region: string): number
}

interface InventoryDeps {
  readonly clock: EmulatorClock
  readonly inUse: (shelf: Shelf) => number
  readonly churn: boolean
  readonly seed: string
}

const MOST_GPUS = 48

/** What the emulated Hyperstack has to rent now. */
export function createInventory(deps: InventoryDeps): Inventory {
  const regionsOf = (model: string): readonly string[] =>
    FLAVORS.find(({ gpu }) => gpu === model)?.regions ?? []
  const stock = createStock<Shelf>({
    ...deps,
    shelves: [...MODELS].flatMap((gpu) => regionsOf(gpu).map((region) => ({ gpu, region }))),
    supply({ gpu }, random) {
      const abundance = FLAVORS.find((flavor) => flavor.gpu === gpu)?.abundance ?? 0
      return random('offered') <= abundance ? 8 + Math.floor(random('size') * MOST_GPUS * abundance) : 0
    },
  })
  return {
    ...stock,
    machines(name, region) {
      const flavor = findFlavor(name)
      if (flavor === undefined || !flavor.regions.includes(region)) return 0
      return Math.floor(stock.free({ gpu: flavor.gpu, region }) / flavor.gpuCount)
    },
  }
}
