import { weSay } from '@berth/contract/causes'
import { RentalEntity } from '@berth/entities/rental'
import { RentalEventEntity } from '@berth/entities/rental-event'
import type { DataSource } from 'typeorm'
import type { IdempotencyClaim } from '../../http/idempotency.ts'

const { words: DETAIL, cause: CAUSE } = weSay({ code: 'not_started', data: {} })

/**
 * Ends a rental whose start was not heard to succeed. The row lock decides between this and the worker: if its workflow
 * has taken the rental up after all, it runs and this answers false; otherwise a workflow that comes later finds it
 * ended and does nothing.
 */
export function callOff(dataSource: DataSource, rentalId: string, claim: IdempotencyClaim): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    const rental = await manager.findOneOrFail(RentalEntity, {
      where: { id: rentalId },
      lock: { mode: 'pessimistic_write' },
    })
    if (rental.workflowClaimedAt !== null) return false
    await manager.query(
      `UPDATE rentals SET phase = 'ended', end_reason = 'failed', end_detail = $2, end_cause = $3, ended_at = clock_timestamp(),
         version = version + 1 WHERE id = $1`,
      [rentalId, DETAIL, CAUSE],
    )
    await manager.insert(RentalEventEntity, {
      rentalId,
      userId: rental.userId,
      kind: 'ended',
      data: { reason: 'failed', detail: DETAIL, cause: CAUSE, chargedMicros: 0, billedSeconds: 0 },
    })
    await claim.forgetResource(manager)
    return true
  })
}
