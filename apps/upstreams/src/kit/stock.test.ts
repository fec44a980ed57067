import { describe, expect, it } from 'vitest'
import { createClock } from './clock.ts'
import { createStock } from './stock.ts'

const SHELVES = ['a', 'b', 'c', 'd'].flatMap((type) =>
  ['north', 'south'].flatMap((place) => [true, false].map((spot) => ({ type, place, spot }))),
)
const SHELF = { type: 'a', place: 'north', spot: false }

describe('the seeded stock', () => {
  it('changes from time to time, and the same way in every run', () => {
    const one = setup({ churn: true })
    const other = setup({ churn: true })
    const before = one.stock.list()
    expect(other.stock.list()).toEqual(before)
    one.clock.advance(10 * 60_000)
    expect(one.stock.list()).not.toEqual(before)
    other.clock.advance(10 * 60_000)
    expect(other.stock.list()).toEqual(one.stock.list())
  })

  it('stands still without churn, and is another market from another seed', () => {
    const { clock, stock } = setup({})
    const before = stock.list()
    clock.advance(86_400_000)
    expect(stock.list()).toEqual(before)
    expect(setup({ seed: 'other' }).stock.list()).not.toEqual(before)
  })

  it('takes off what is rented, and never goes below zero', () => {
    const whole = setup({}).stock.free(SHELF)
    expect(setup({ inUse: 1 }).stock.free(SHELF)).toBe(whole - 1)
    expect(setup({ inUse: 1000 }).stock.free(SHELF)).toBe(0)
  })

  it('obeys orders, a later one over an earlier, and goes back to the seed', () => {
    const { stock } = setup({})
    const seeded = stock.free(SHELF)
    stock.set({ ...SHELF, free: 7 })
    stock.set({ type: 'b', free: 0 })
    expect([stock.free(SHELF), stock.free({ ...SHELF, type: 'b' })]).toEqual([7, 0])
    expect(stock.free({ ...SHELF, spot: true })).toBe(setup({}).stock.free({ ...SHELF, spot: true }))
    stock.set({ type: 'a', free: 1 })
    expect(stock.free(SHELF)).toBe(1)
    stock.set({ type: 'a', free: null })
    expect(stock.free(SHELF)).toBe(seeded)
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
  const stock = createStock({
    clock,
    churn,
    seed,
    shelves: SHELVES,
    inUse: () => inUse,
    supply: (_shelf, random) => 1 + Math.floor(random('size') * 20),
  })
  return { clock, stock }
}
