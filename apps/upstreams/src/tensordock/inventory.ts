import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import { createStock, type Stock } from '../kit/stock.ts'
import { findHost, HOSTS } from './hosts.ts'

/** Free GPUs of a host by order. */
export const stockOrderSchema = z.strictObject({
  hostId: z.string().refine((id) => findHost(id) !== undefined, 'no such hostnode'),
  /** GPUs beyond those that are rented; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})

/** The GPUs of one host. */
export type Shelf = { readonly hostId: string }

interface InventoryDeps {
  readonly clock: EmulatorClock
  readonly inUse: (shelf: Shelf) => number
  readonly churn: boolean
  readonly seed: string
}

export type Inventory = Stock<Shelf>

/** What the hosts of the emulated marketplace have free now; other renters use some of it. */
export const createInventory = (deps: InventoryDeps): Inventory =>
  createStock<Shelf>({
    ...deps,
    shelves: HOSTS.map(({ id: hostId }) => ({ hostId })),
    supply: ({ hostId }, random) => {
      const whole = findHost(hostId)?.gpuCount ?? 0
      return whole - Math.floor(random('others') * whole * 0.6)
    },
  })
