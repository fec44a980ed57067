import { expect, test } from 'vitest'
import { nextCheckDelayMs } from './state.ts'

const MINUTE_MS = 60_000

test('the first checks come quickly, because most people pay at once', () => {
  expect([0, 1, 2, 3].map(nextCheckDelayMs)).toEqual([0.5, 1, 2, 5].map((minutes) => minutes * MINUTE_MS))
})

test('while the page can be paid, money that arrived unheard waits ten minutes at most', () => {
  let elapsedMs = 0
  for (let checks = 0; elapsedMs < 2 * 60 * MINUTE_MS; checks += 1) {
    const delayMs = nextCheckDelayMs(checks)
    expect(delayMs).toBeLessThanOrEqual(10 * MINUTE_MS)
    elapsedMs += delayMs ?? 0
  }
})

test('an undecided checkout is asked about for a week, in few enough checks for one history, and then left to a person', () => {
  let elapsedMs = 0
  let checks = 0
  for (let delayMs = nextCheckDelayMs(0); delayMs !== null; delayMs = nextCheckDelayMs(checks)) {
    elapsedMs += delayMs
    checks += 1
  }
  expect(elapsedMs).toBeGreaterThanOrEqual(7 * 24 * 60 * MINUTE_MS)
  expect(checks).toBeLessThan(100)
  expect(nextCheckDelayMs(checks + 1)).toBeNull()
})
