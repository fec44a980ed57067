/** At most this many restarts within the window; more often means it does not work, and hiding that helps nobody. */
const limit = 5
const windowMs = 60_000
const longestDelayMs = 8_000

/**
 * Milliseconds to wait before restarting a part that died at the times `deaths` (the last one just now), doubling with
 * each death of the last minute; undefined when it has died too often.
 */
export function restartDelayMs(deaths: number[], nowMs: number): number | undefined {
  const recent = deaths.filter((at) => nowMs - at < windowMs).length
  if (recent > limit) return undefined
  return Math.min(longestDelayMs, 500 * 2 ** Math.max(0, recent - 1))
}
