import { newId } from '@berth/contract/ids'
import { ReconciliationRunEntity, type ReconciliationRun } from '@berth/entities/reconciliation-run'
import { IsNull, type DataSource, type EntityManager, type FindOptionsWhere } from 'typeorm'

export interface BeginRunInput {
  /** The end of the night that is due by the schedule, or the present where an operator asks. */
  until: string
  /** The operator who does not wait for the night. */
  requestedBy: string | null
}

/**
 * Opens a run from where the last one ended, so that an outage of days is made up for at once. One that was never finished
 * is taken up again. Null where the night has been done; a run that an operator asked for does not stand for it.
 */
export function beginRun(
  dataSource: DataSource,
  { until, requestedBy }: BeginRunInput,
): Promise<{ runId: string } | null> {
  return dataSource.transaction(async (manager) => {
    const unfinished = await manager.findOneBy(ReconciliationRunEntity, { finishedAt: IsNull() })
    if (unfinished) return { runId: unfinished.id }
    const untilAt = new Date(until)
    if (requestedBy === null && (await endOfLast(manager, { requestedBy: IsNull() })) >= untilAt) return null
    const last = await endOfLast(manager)
    const runId = newId('reconciliationRun')
    await manager.insert(ReconciliationRunEntity, {
      id: runId,
      day: until.slice(0, 10),
      requestedBy,
      fromAt: last < untilAt ? last : untilAt,
      untilAt,
    })
    return { runId }
  })
}

async function endOfLast(
  manager: EntityManager,
  where: FindOptionsWhere<ReconciliationRun> = {},
): Promise<Date> {
  const [last] = await manager.find(ReconciliationRunEntity, { where, order: { untilAt: 'DESC' }, take: 1 })
  return last?.untilAt ?? new Date(0)
}
