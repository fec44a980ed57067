import { costAfter } from '@berth/contract/money'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costSoFar, meteredSeconds, returnedOnStop, type Metered } from './meter.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString()
const nowAt = (seconds: number) => START + seconds * 1000

describe('the ticking cost', () => {
  it('is nothing before the pod is usable', () => {
    const rental = setup({
      startedAt: null,
      chargedUntil: null,
      fundedUntil: null,
      billedSeconds: 0,
      chargedMicros: 0,
    })
    expect(costSoFar(rental, nowAt(999))).toBe(0n)
  })

  it('goes on from what is settled by the same cumulative formula as the server’s', () => {
    const rental = setup({})
    expect(costSoFar(rental, nowAt(107.9))).toBe(costAfter(2_089_500n, 107))
  })

  it('never passes the end of the funded time, whatever the clock says', () => {
    expect(costSoFar(setup({}), nowAt(86_400))).toBe(costAfter(2_089_500n, 400))
  })

  it('stands still from the moment a stop was asked for', () => {
    const rental = setup({}, { stopRequestedAt: at(150) })
    expect(meteredSeconds(rental, nowAt(300))).toBe(150)
  })

  it('is the charge itself once ended', () => {
    const rental = setup({ endedAt: at(120), chargedMicros: 7, billedSeconds: 120 })
    expect(costSoFar(rental, nowAt(5000))).toBe(7n)
  })

  it('never runs backwards when this machine’s clock is behind', () => {
    expect(costSoFar(setup({}), nowAt(50))).toBe(costAfter(2_089_500n, 100))
  })

  it('stops at the budget', () => {
    const rental = setup({}, { spendLimitMicros: 60_000 })
    expect(costSoFar(rental, nowAt(400))).toBe(60_000n)
  })

  it('is the same whenever the server settled: looking changes nothing', () => {
    fc.assert(
      fc.property(
        fc.nat(390),
        fc.nat(390),
        fc.integer({ min: 1, max: 50_000_000 }),
        (settled, now, price) => {
          const rental = setup({
            priceMicrosPerHour: price,
            billedSeconds: settled,
            chargedUntil: at(settled),
            chargedMicros: Number(costAfter(BigInt(price), settled)),
          })
          expect(costSoFar(rental, nowAt(now))).toBe(costAfter(BigInt(price), Math.max(settled, now)))
        },
      ),
    )
  })
})

describe('what comes back on a stop', () => {
  it('is the held money less what is used but not yet settled', () => {
    const rental = setup({ heldMicros: 200_000 })
    const used = costAfter(2_089_500n, 200) - costAfter(2_089_500n, 100)
    expect(returnedOnStop(rental, nowAt(200))).toBe(200_000n - used)
  })

  it('is never below nothing', () => {
    expect(returnedOnStop(setup({ heldMicros: 1 }), nowAt(300))).toBe(0n)
  })
})

function setup(meter: Partial<Metered['meter']>, rest: Partial<Metered> = {}): Metered {
  return {
    stopRequestedAt: null,
    spendLimitMicros: null,
    ...rest,
    meter: {
      startedAt: at(0),
      endedAt: null,
      chargedUntil: at(100),
      chargedMicros: Number(costAfter(2_089_500n, 100)),
      billedSeconds: 100,
      heldMicros: 0,
      fundedUntil: at(400),
      priceMicrosPerHour: 2_089_500,
      asOf: at(100),
      ...meter,
    },
  }
}
