import type { ReconciliationRunView } from '@berth/contract/schemas/reconciliation'
import { ReconciliationRunEntity } from '@berth/entities/reconciliation-run'
import { UserEntity } from '@berth/entities/user'
import type { DataSource } from 'typeorm'

/** The newest reconciliation, under way or finished; null before the first. */
export async function readLastRun({ manager }: DataSource): Promise<ReconciliationRunView | null> {
  const [run] = await manager.find(ReconciliationRunEntity, { order: { startedAt: 'DESC' }, take: 1 })
  if (!run) return null
  const { id, requestedBy, pods, unanswered, flagged } = run
  const operator = requestedBy === null ? null : await manager.findOneBy(UserEntity, { id: requestedBy })
  return {
    id,
    requestedBy: operator?.handle ?? null,
    from: run.fromAt.toISOString(),
    until: run.untilAt.toISOString(),
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    pods,
    unanswered,
    flagged,
  }
}
