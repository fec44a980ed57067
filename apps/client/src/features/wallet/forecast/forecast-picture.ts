import type { Forecast } from './forecast-balance.ts'

/** Seconds before the end at which the wallet's owner is warned; the last warning stands too close to the end to be drawn. */
const WARNINGS = [86_400, 3_600, 600] as const
/** Shares of the width: what is drawn beyond the end, and the least between two marks. */
const BEYOND = 0.08
const APART = 0.16

export interface Warning {
  atMs: number
  leftSeconds: number
}

/** The line to draw; one that comes to an end goes on there for a little, so that the end is seen. */
export function lineOf({ steps, emptyAtMs }: Forecast): { x: number; y: number }[] {
  const line = steps.map(({ atMs, micros }) => ({ x: atMs, y: micros }))
  const fromMs = steps[0]?.atMs ?? 0
  return emptyAtMs === null
    ? line
    : [...line, { x: emptyAtMs + (emptyAtMs - fromMs) * BEYOND, y: line.at(-1)?.y ?? 0 }]
}

/** The warnings still to come, leaving out those that would stand in each other's way. */
export function warningsOf({ steps, emptyAtMs }: Forecast): Warning[] {
  const fromMs = steps[0]?.atMs ?? 0
  if (emptyAtMs === null) return []
  const least = (emptyAtMs - fromMs) * APART
  const warnings: Warning[] = []
  let nextMs = emptyAtMs
  for (const leftSeconds of [...WARNINGS].reverse()) {
    const atMs = emptyAtMs - leftSeconds * 1000
    if (atMs - fromMs < least / 2 || nextMs - atMs < least) continue
    warnings.unshift({ atMs, leftSeconds })
    nextMs = atMs
  }
  return warnings
}
