import { micros } from '@berth/contract/money'
import { expect, test } from 'vitest'
import { deviationOf, isNoBillYet } from './judge-cost.ts'

const estimate = (least: bigint, most: bigint) => ({ least: micros(least), most: micros(most) })

test.for([
  [1_050_000n, null],
  [1_050_001n, 'above'],
  [750_000n, null],
  [749_999n, 'below'],
] as const)('of a pod that cost between $0.80 and $1.00, a bill of %d is %s', ([bill, deviation]) => {
  expect(deviationOf(bill, estimate(800_000n, 1_000_000n))).toBe(deviation)
})

test('of a dear pod two per cent are let pass, which is more than five cents', () => {
  const dear = estimate(90_000_000n, 100_000_000n)
  expect(deviationOf(102_000_000n, dear)).toBeNull()
  expect(deviationOf(102_000_001n, dear)).toBe('above')
  expect(deviationOf(88_199_999n, dear)).toBe('below')
})

test('a bill of nothing is one that has not been written, unless there was nothing to bill', () => {
  expect(isNoBillYet(0n, estimate(800_000n, 1_000_000n))).toBe(true)
  expect(isNoBillYet(1n, estimate(800_000n, 1_000_000n))).toBe(false)
  expect(isNoBillYet(0n, estimate(0n, 1_000_000n))).toBe(false)
})
