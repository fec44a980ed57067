const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const FIRST_DELAYS_MS = [30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS]
/** Covers the two hours in which a page can be paid. */
const CHECKS_EVERY_TEN_MINUTES = 14
/** Covers what should not be: a page that is neither paid nor expired although its time is over. */
const CHECKS_EVERY_SIX_HOURS = 4 * 7

/**
 * How long to wait for news before asking Stripe again after so many checks, or null when it has been asked for a week:
 * then a person has to look. A webhook that never arrives costs its customer at most ten minutes.
 */
export function nextCheckDelayMs(checks: number): number | null {
  const first = FIRST_DELAYS_MS[checks]
  if (first !== undefined) return first
  const later = checks - FIRST_DELAYS_MS.length
  if (later < CHECKS_EVERY_TEN_MINUTES) return 10 * MINUTE_MS
  return later < CHECKS_EVERY_TEN_MINUTES + CHECKS_EVERY_SIX_HOURS ? 6 * HOUR_MS : null
}
