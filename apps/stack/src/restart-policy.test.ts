import { expect, test } from 'vitest'
import { restartDelayMs } from './restart-policy.ts'

test('waits longer after each death of the last minute', () => {
  const now = 1_000_000
  const delays = [1, 2, 3, 4, 5].map((count) => restartDelayMs(Array<number>(count).fill(now), now))
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000])
})

test('gives up at the sixth death within a minute', () => {
  const now = 1_000_000
  expect(
    restartDelayMs(
      [1, 2, 3, 4, 5, 6].map((index) => now - index * 9_000),
      now,
    ),
  ).toBeUndefined()
})

test('forgets deaths older than a minute', () => {
  const now = 1_000_000
  expect(restartDelayMs([1, 2, 3, 4, 5].map((index) => now - 60_000 * index).concat(now), now)).toBe(500)
})
