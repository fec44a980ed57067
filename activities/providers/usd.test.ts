import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { microsFromCents, microsFromUsd } from './usd.ts'

describe('dollars of a provider', () => {
  it('reads what providers write, digit by digit', () => {
    expect(microsFromUsd(0.44)).toBe(440_000)
    expect(microsFromUsd(0.1 + 0.2)).toBe(300_000)
    expect(microsFromUsd('3.95')).toBe(3_950_000)
    expect(microsFromUsd('2')).toBe(2_000_000)
    expect(microsFromUsd(1e-7)).toBe(1)
    expect(microsFromCents(249)).toBe(2_490_000)
  })

  it('never understates: what is finer than a micro-dollar is rounded up', () => {
    expect(microsFromUsd('0.0000001')).toBe(1)
    expect(microsFromUsd('1.0000000')).toBe(1_000_000)
  })

  it('gives back every amount of whole micro-dollars, as number and as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000_000 }), (micros) => {
        const text = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`
        expect(microsFromUsd(text)).toBe(micros)
        expect(microsFromUsd(Number(text))).toBe(micros)
      }),
    )
  })

  it('refuses what is no price', () => {
    for (const bad of ['', '-1', '1e3', 'free', Number.NaN, -0.5, '99999999999999']) {
      expect(() => microsFromUsd(bad)).toThrow(RangeError)
    }
    for (const bad of [1.5, -1]) expect(() => microsFromCents(bad)).toThrow(RangeError)
  })
})
