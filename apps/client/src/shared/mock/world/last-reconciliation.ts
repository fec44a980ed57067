import { newId } from '@berth/contract/ids'
import type { ReconciliationRunView } from '@berth/contract/schemas/reconciliation'
import { isoAt } from './world.ts'

const HOUR_MS = 3_600_000

/** The run of last night. */
export function lastReconciliation(nowMs: number): ReconciliationRunView {
  const startedMs = nowMs - 6 * HOUR_MS
  return {
    id: newId('reconciliationRun', startedMs),
    requestedBy: null,
    from: isoAt(startedMs - 27 * HOUR_MS),
    until: isoAt(startedMs - 3 * HOUR_MS),
    startedAt: isoAt(startedMs),
    finishedAt: isoAt(startedMs + 40_000),
    pods: 4,
    unanswered: 0,
    flagged: 1,
  }
}
