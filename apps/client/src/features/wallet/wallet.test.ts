import { describe, expect, it } from 'vitest'
import { runwayPosition } from './runway-scale.ts'
import { topUpCents } from './top-up-amount.ts'

describe('a top-up', () => {
  it('is whole cents between five and five thousand dollars', () => {
    expect(topUpCents('25')).toBe(2500)
    expect(topUpCents('5')).toBe(500)
    expect(topUpCents('5000')).toBe(500_000)
    for (const text of ['', '4.99', '5000.01', '10.005', 'all of it']) expect(topUpCents(text)).toBeNull()
  })
})

describe('the runway gauge', () => {
  it('stays within its ends and grows with the time', () => {
    expect(runwayPosition(0)).toBe(0)
    expect(runwayPosition(10 ** 9)).toBe(1)
    const points = [60, 600, 3600, 86_400, 604_800].map(runwayPosition)
    expect(points).toEqual([...points].sort((a, b) => a - b))
  })
})
