import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { createStock, type Stock } from '../kit/stock.ts'
import { REGION_NAMES } from './regions.ts'
import { findSize, SIZES } from './sizes.ts'

/** Free hosts by order: for one size, in one region or all. */
export const stockOrderSchema = z.strictObject({
  size: z.string().refine((slug) => findSize(slug) !== undefined, 'no such size'),
  region: z
    .string()
    .refine((slug) => Object.hasOwn(REGION_NAMES, slug), 'no such region')
    .optional(),
  /** Droplets that can still be made; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})

/** One size in one region. */
export type Shelf = { readonly size: string; readonly region: string }

export type Inventory = Stock<Shelf>

interface InventoryDeps {
  readonly clock: EmulatorClock
  readonly inUse: (shelf: Shelf) => number
  readonly churn: boolean
  readonly seed: string
}

const MOST_HOSTS = 6

/** What the emulated DigitalOcean has to rent now. */
export const createInventory = (deps: InventoryDeps): Inventory =>
  createStock<Shelf>({
    ...deps,
    shelves: SIZES.flatMap(({ slug: size, regions }) => regions.map((region) => ({ size, region }))),
    supply({ size }, random) {
      const abundance = findSize(size)?.abundance ?? 0
      return random('offered') <= abundance ? 1 + Math.floor(random('size') * MOST_HOSTS * abundance) : 0
    },
  })
