import { expect, test } from 'vitest'
import { oneFailed, onePassed, sumTallies, verdict } from './tally.ts'

test('sums everything up in one line', () => {
  const total = sumTallies([onePassed, oneFailed, { passed: 40, failed: 2, skipped: 3 }])
  expect(total).toEqual({ passed: 41, failed: 3, skipped: 3 })
  expect(verdict(total)).toBe('41 passed, 3 failed')
})

test('nothing at all is nothing, not an error', () => {
  expect(verdict(sumTallies([]))).toBe('0 passed, 0 failed')
})
