import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountParts, formatBalance, formatExact, formatRate, formatSigned, parseUsd } from './money.ts'

describe('money for people', () => {
  it('never shows a balance larger than it is', () => {
    expect(formatBalance(41_229_999)).toBe('$41.22')
  })

  it('shows an exact amount with as few digits as it needs, two at least', () => {
    expect(formatExact(2_100_000)).toBe('$2.10')
    expect(formatExact(2_089_500)).toBe('$2.0895')
    expect(formatExact(1)).toBe('$0.000001')
    expect(formatExact(0)).toBe('$0.00')
    expect(formatExact(100_000_000)).toBe('$100.00')
  })

  it('rounds a price up, so that it never looks cheaper than it is', () => {
    expect(formatRate(1_218_401)).toBe('$1.2185')
    expect(formatRate(2_100_000)).toBe('$2.10')
  })

  it('says the direction of a movement', () => {
    expect(formatSigned(25_000_000)).toBe('+$25.00')
    expect(formatSigned(-1_500_000)).toBe('−$1.50')
    expect(formatSigned(0)).toBe('$0.00')
  })

  it('splits an amount into what one reads and what one checks', () => {
    expect(amountParts(12_403_417)).toEqual({ main: '$12.40', fine: '3417' })
    expect(amountParts(-1_958_433)).toEqual({ main: '−$1.95', fine: '8433' })
    expect(amountParts(12_403_417, { digits: 2 })).toEqual({ main: '$12.40', fine: '' })
    expect(amountParts(152_201, { digits: 4, roundUp: true })).toEqual({ main: '$0.15', fine: '23' })
    expect(amountParts(41_000, { signed: true })).toEqual({ main: '+$0.04', fine: '1000' })
  })

  it('reads an amount as typed, and nothing that is not one', () => {
    expect(parseUsd('12.5')).toBe(12_500_000n)
    expect(parseUsd(' $0.000001 ')).toBe(1n)
    for (const text of ['', 'abc', '1,5', '-3', '1.2.3', '0.0000001', '1e3'])
      expect(parseUsd(text)).toBeNull()
  })

  it('reads back every exact amount it wrote', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999n }), (micros) => {
        expect(parseUsd(formatExact(micros).replaceAll(',', ''))).toBe(micros)
      }),
    )
  })

  it('never shows a price below the true one, nor more than a digit above', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999n }), (micros) => {
        const shown = parseUsd(formatRate(micros).replaceAll(',', '')) ?? -1n
        expect(shown >= micros && shown < micros + 100n).toBe(true)
      }),
    )
  })
})
