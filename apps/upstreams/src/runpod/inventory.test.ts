import { describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { createInventory, type Shelf } from './inventory.ts'

const SHELF: Shelf = { gpuId: 'NVIDIA GeForce RTX 4090', dataCenterId: 'EU-RO-1', cloud: 'SECURE' }

describe('the emulated stock', () => {
  it('changes from time to time, and the same way in every run', () => {
    const one = setup({ churn: true })
    const other = setup({ churn: true })
    const before = one.inventory.list()
    expect(other.inventory.list()).toEqual(before)
    one.clock.advance(10 * 60_000)
    expect(one.inventory.list()).not.toEqual(before)
    other.clock.advance(10 * 60_000)
    expect(other.inventory.list()).toEqual(one.inventory.list())
  })

  it('stands still without churn, and is another market from another seed', () => {
    const { clock, inventory } = setup({})
    const before = inventory.list()
    clock.advance(86_400_000)
    expect(inventory.list()).toEqual(before)
    expect(setup({ seed: 'other' }).inventory.list()).not.toEqual(before)
  })

  it('takes off what pods use, and never goes below zero', () => {
    const shelves = setup({}).inventory.list()
    const [shelf] = shelves
    if (shelf === undefined) throw new Error('the seed sells nothing')
    expect(setup({ inUse: 1 }).inventory.free(shelf)).toBe(shelf.free - 1)
    expect(setup({ inUse: 1000 }).inventory.free(shelf)).toBe(0)
  })

  it('obeys orders, a later one over an earlier, and goes back to the seed', () => {
    const { inventory } = setup({})
    const seeded = inventory.free(SHELF)
    inventory.set({ gpuId: SHELF.gpuId, dataCenterId: SHELF.dataCenterId, free: 7 })
    expect([inventory.level(SHELF, 1), inventory.level(SHELF, 2), inventory.level(SHELF, 8)]).toEqual([
      'HIGH',
      'MEDIUM',
      'NONE',
    ])
    inventory.set({ gpuId: SHELF.gpuId, free: 1 })
    expect([inventory.free(SHELF), inventory.level(SHELF, 1)]).toEqual([1, 'LOW'])
    inventory.set({ gpuId: SHELF.gpuId, free: null })
    expect(inventory.free(SHELF)).toBe(seeded)
  })
})

function setup({
  churn = false,
  seed = 'berth',
  inUse = 0,
}: {
  churn?: boolean
  seed?: string
  inUse?: number
}) {
  const clock = createClock({ frozenAtMs: 1_800_000_000_000 })
  return { clock, inventory: createInventory({ clock, churn, seed, inUse: () => inUse }) }
}
