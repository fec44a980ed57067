/** The marks of the gauge; the left end is one minute, the right end thirty days. */
export const RUNWAY_MARKS = [600, 3600, 86_400, 7 * 86_400] as const
const SHORTEST_SECONDS = 60
const LONGEST_SECONDS = 30 * 86_400

/** Where a stretch of time stands on the gauge, 0 to 1. Logarithmic: the difference between ten minutes and an hour matters more than between ten days and eleven. */
export function runwayPosition(seconds: number): number {
  const clamped = Math.min(Math.max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS)
  return Math.log(clamped / SHORTEST_SECONDS) / Math.log(LONGEST_SECONDS / SHORTEST_SECONDS)
}
