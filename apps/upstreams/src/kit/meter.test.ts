import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClock } from './clock.ts'
import { createMeter } from './meter.ts'

const RENTAL = 'rent_01JD0000000000000000000000'

describe('the upstream meter', () => {
  it('costs the same whatever the windows it is read in', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 100_000_000n }),
        fc.array(fc.integer({ min: 0, max: 5_000_000 }), { minLength: 1, maxLength: 8 }),
        (priceMicrosPerHour, steps) => {
          const { clock, meter } = setup()
          meter.born({ instanceId: 'a', marker: RENTAL })
          meter.start({ instanceId: 'a', kind: 'gpu', priceMicrosPerHour })
          let sum = 0n
          let fromMs = clock.nowMs()
          for (const step of steps) {
            clock.advance(step)
            sum += meter.costMicros('a', { fromMs, toMs: clock.nowMs() })
            fromMs = clock.nowMs()
          }
          const seconds = BigInt(Math.floor(steps.reduce((total, step) => total + step, 0) / 1000))
          expect(sum).toBe((priceMicrosPerHour * seconds) / 3600n)
          expect(meter.costMicros('a')).toBe(sum)
        },
      ),
    )
  })

  it('keeps kinds of cost apart, changes price in mid-life, and stops for the dead', () => {
    const { clock, meter } = setup()
    meter.born({ instanceId: 'a', marker: RENTAL })
    meter.start({ instanceId: 'a', kind: 'gpu', priceMicrosPerHour: 3_600_000n })
    meter.start({ instanceId: 'a', kind: 'disk', priceMicrosPerHour: 3600n })
    clock.advance(10_000)
    meter.start({ instanceId: 'a', kind: 'gpu', priceMicrosPerHour: 7_200_000n })
    clock.advance(10_000)
    meter.died('a')
    clock.advance(10_000)
    expect(meter.costMicros('a', { kind: 'gpu' })).toBe(30_000n)
    expect(meter.costMicros('a', { kind: 'disk' })).toBe(20n)
    expect(meter.totalCostMicros()).toBe(30_020n)
  })

  it('bills a begun minute whole where the provider does', () => {
    const { clock, meter } = setup()
    meter.born({ instanceId: 'a', marker: RENTAL })
    meter.start({ instanceId: 'a', kind: 'gpu', priceMicrosPerHour: 3_600_000n, incrementSeconds: 60 })
    expect(meter.costMicros('a')).toBe(0n)
    clock.advance(1000)
    expect(meter.costMicros('a')).toBe(60_000n)
    clock.advance(60_000)
    meter.died('a')
    clock.advance(3_600_000)
    expect(meter.costMicros('a')).toBe(120_000n)
  })

  it('counts attempts of one rental together, and a replacement in the same instant as one alive', () => {
    const { clock, meter } = setup()
    meter.born({ instanceId: 'a', marker: `${RENTAL}-1` })
    clock.advance(1000)
    meter.died('a')
    meter.born({ instanceId: 'b', marker: `${RENTAL}-2` })
    meter.born({ instanceId: 'c', marker: 'somebody else' })
    expect(meter.rentals()).toMatchObject([
      {
        rental: RENTAL,
        markers: [`${RENTAL}-1`, `${RENTAL}-2`],
        everAlive: 2,
        aliveNow: 1,
        maxAliveAtOnce: 1,
      },
      { rental: 'somebody else', everAlive: 1 },
    ])
    meter.born({ instanceId: 'd', marker: `${RENTAL}-3` })
    expect(meter.rentals()[0]).toMatchObject({ maxAliveAtOnce: 2 })
  })

  it('knows nobody it has not seen born', () => {
    expect(() => setup().meter.costMicros('ghost')).toThrow(/never saw ghost born/)
  })
})

function setup() {
  const clock = createClock({ frozenAtMs: 1_800_000_000_000 })
  return { clock, meter: createMeter({ clock }) }
}
