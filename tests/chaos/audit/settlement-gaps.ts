import { spreadOf } from './latencies.ts'
import type { Case, Evidence } from './evidence.ts'

/** A worker's SIGKILL while another one was up, and when each running meter was to be looked at next. */
export interface WorkerDeath {
  atMs: number
  due: Map<string, number>
}

/** After a worker's SIGKILL, with another one up, the settlement that is due next must come within this (99 of 100). */
export const SETTLEMENT_LIMIT_SECONDS = 5
/** A settlement that is due later than this after the death has nothing to do with it any more. */
const AFTERMATH_MS = 15_000

/**
 * Seconds that the settlement which was due next after a worker's death came late: a renewal at its time, or the closing
 * of a meter whose stop was asked for. Deaths about which Temporal was down as well are left out.
 */
export function settlementGaps({ cases, deeds }: Pick<Evidence, 'cases' | 'deeds'>): number[] {
  const { workerDeaths, temporalDowns } = deeds
  const clear = workerDeaths.filter(({ atMs }) =>
    temporalDowns.every(({ fromMs, toMs }) => toMs < atMs || fromMs > atMs + 2 * AFTERMATH_MS),
  )
  return clear.flatMap(({ atMs, due }) =>
    cases.flatMap((one) => {
      const renewalMs = due.get(one.rental.id)
      return renewalMs === undefined ? [] : gapOf(one, atMs, renewalMs)
    }),
  )
}

function gapOf({ rental, segment, settledMs }: Case, deathMs: number, renewalMs: number): number[] {
  const stopMs = rental.stopRequestedAt?.getTime() ?? Number.POSITIVE_INFINITY
  const dueMs = Math.min(renewalMs, stopMs > deathMs ? stopMs : Number.POSITIVE_INFINITY)
  if (dueMs < deathMs || dueMs > deathMs + AFTERMATH_MS) return []
  const settled = [...settledMs, segment?.closedAt?.getTime() ?? Number.POSITIVE_INFINITY]
  // Why left out: whoever was woken early (a top-up, a neighbour's start) is due at another time from then on.
  if (settled.some((at) => at > deathMs && at < dueMs)) return []
  return [(Math.min(...settled.filter((at) => at >= dueMs)) - dueMs) / 1000]
}

export function checkSettlements(evidence: Pick<Evidence, 'cases' | 'deeds'>): string[] {
  const { count, p99 } = spreadOf(settlementGaps(evidence))
  return count > 0 && p99 > SETTLEMENT_LIMIT_SECONDS
    ? [`after a worker's death settlements came up to ${p99.toFixed(1)} s late (p99 of ${count})`]
    : []
}
