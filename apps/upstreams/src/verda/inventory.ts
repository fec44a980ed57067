import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { createStock, type Stock } from '../kit/stock.ts'
import { findInstanceType, INSTANCE_TYPES } from './instance-types.ts'
import { isLocation, LOCATIONS } from './locations.ts'

/** Free machines by order: of one type, in one location or all, on spot or not or both. */
export const stockOrderSchema = z.strictObject({
  instanceType: z.string().refine((name) => findInstanceType(name) !== undefined, 'no such instance type'),
  location: z.string().refine(isLocation, 'no such location').optional(),
  isSpot: z.boolean().optional(),
  /** Machines beyond those that live; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})

/** Machines of one type in one location, sold on demand or as spot. */
export type Shelf = { readonly instanceType: string; readonly location: string; readonly isSpot: boolean }

interface InventoryDeps {
  readonly clock: EmulatorClock
  readonly inUse: (shelf: Shelf) => number
  readonly churn: boolean
  readonly seed: string
}

export type Inventory = Stock<Shelf> & {
  /** The types that a location has now. */
  availableIn(location: string, isSpot: boolean): readonly string[]
}

const MOST_MACHINES = 6
/** How many of its locations a type is built in. */
const SPREAD = { onDemand: 0.5, spot: 0.3 }

const SHELVES: readonly Shelf[] = INSTANCE_TYPES.flatMap(({ instanceType }) =>
  LOCATIONS.flatMap(({ code: location }) =>
    [false, true].map((isSpot) => ({ instanceType, location, isSpot })),
  ),
)

/** What the emulated Verda has to rent now. */
export function createInventory(deps: InventoryDeps): Inventory {
  const stock = createStock<Shelf>({
    ...deps,
    shelves: SHELVES,
    supply({ instanceType, isSpot }, random) {
      const abundance = findInstanceType(instanceType)?.abundance ?? 0
      const offered = random('offered') <= abundance * SPREAD[isSpot ? 'spot' : 'onDemand']
      return offered ? 1 + Math.floor(random('size') * MOST_MACHINES) : 0
    },
  })
  return {
    ...stock,
    availableIn: (location, isSpot) =>
      INSTANCE_TYPES.map(({ instanceType }) => instanceType).filter(
        (instanceType) => stock.free({ instanceType, location, isSpot }) > 0,
      ),
  }
}
