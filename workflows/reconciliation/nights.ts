const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** When a night's run is due, UTC: by then providers have billed the day before. */
const DUE_MS = 3 * HOUR_MS

/** Midnight, UTC, at which the period of the latest due night ends. */
export const endOfDueNight = (nowMs: number): Date => new Date(Math.floor((nowMs - DUE_MS) / DAY_MS) * DAY_MS)

export const msUntilNextNight = (nowMs: number): number =>
  endOfDueNight(nowMs).getTime() + DAY_MS + DUE_MS - nowMs
