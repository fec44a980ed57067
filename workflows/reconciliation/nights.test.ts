import { expect, test } from 'vitest'
import { endOfDueNight, msUntilNextNight } from './nights.ts'

test.for([
  ['2026-03-02T02:59:59.999Z', '2026-03-01T00:00:00.000Z', 1],
  ['2026-03-02T03:00:00.000Z', '2026-03-02T00:00:00.000Z', 86_400_000],
  ['2026-03-02T23:00:00.000Z', '2026-03-02T00:00:00.000Z', 4 * 3_600_000],
] as const)('at %s the night up to %s is due, and the next in %d ms', ([now, until, wait]) => {
  expect(endOfDueNight(Date.parse(now)).toISOString()).toBe(until)
  expect(msUntilNextNight(Date.parse(now))).toBe(wait)
})
