import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  affordableSeconds,
  centsFromMicros,
  costAfter,
  formatUsd,
  micros,
  microsFromCents,
  toWire,
} from './money.ts'

const price = fc.bigInt({ min: 1n, max: 1_000_000_000n })
const seconds = fc.integer({ min: 0, max: 100_000_000 })

describe('money', () => {
  it('sums to the same total however a segment is sliced', () => {
    fc.assert(
      fc.property(
        price,
        fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 40 }),
        (rate, slices) => {
          let elapsed = 0
          let charged = 0n
          for (const slice of slices) {
            charged += costAfter(rate, elapsed + slice) - costAfter(rate, elapsed)
            elapsed += slice
          }
          expect(charged).toBe(costAfter(rate, elapsed))
        },
      ),
    )
  })

  it('charges less than one micro-dollar too little, and never too much', () => {
    fc.assert(
      fc.property(price, seconds, (rate, s) => {
        const exactTimes3600 = rate * BigInt(s)
        const chargedTimes3600 = costAfter(rate, s) * 3600n
        expect(chargedTimes3600).toBeLessThanOrEqual(exactTimes3600)
        expect(exactTimes3600 - chargedTimes3600).toBeLessThan(3600n)
      }),
    )
  })

  it('affords exactly the last second that can still be paid', () => {
    fc.assert(
      fc.property(price, fc.bigInt({ min: 0n, max: 10_000_000_000n }), (rate, available) => {
        const s = affordableSeconds(available, rate)
        expect(s).not.toBeNull()
        expect(costAfter(rate, s ?? 0)).toBeLessThanOrEqual(available)
        expect(costAfter(rate, (s ?? 0) + 1)).toBeGreaterThan(available)
      }),
    )
  })

  it('refuses fractions and amounts that JSON can not carry', () => {
    expect(() => micros(0.5)).toThrow(/integers/)
    expect(() => toWire(2n ** 60n)).toThrow(/does not fit/)
    expect(() => centsFromMicros(10_001n)).toThrow(/whole cents/)
    expect(centsFromMicros(microsFromCents(1234))).toBe(1234)
  })

  it('prints dollars without rounding up', () => {
    expect(formatUsd(2_109_999n)).toBe('$2.10')
    expect(formatUsd(-1_234_567_890_123n)).toBe('-$1,234,567.89')
    expect(formatUsd(583n, 6)).toBe('$0.000583')
  })
})
