import { expect, test } from 'vitest'
import { nothing, oneFailed, onePassed, secondTryLines, sumTallies, verdict } from './tally.ts'

test('sums everything up in one line', () => {
  const some = { passed: 40, failed: 2, skipped: 3, secondTries: ['mock'] }
  const total = sumTallies([onePassed, oneFailed, some, { ...onePassed, secondTries: ['stack'] }])
  expect(total).toEqual({ passed: 42, failed: 3, skipped: 3, secondTries: ['mock', 'stack'] })
  expect(verdict(total)).toBe('42 passed, 3 failed')
})

test('nothing at all is nothing, not an error', () => {
  expect(verdict(sumTallies([]))).toBe('0 passed, 0 failed')
})

test('names what needed a second try, and is silent where nothing did', () => {
  expect(secondTryLines(nothing)).toEqual([])
  expect(secondTryLines({ ...onePassed, secondTries: ['a.e2e.ts: rents'] })).toEqual([
    '1 test passed only when tried again:',
    '  a.e2e.ts: rents',
  ])
})
