import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import type { EntityManager } from 'typeorm'
import { PaymentError } from './payment-error.ts'

/** The row, locked for the rest of the transaction where asked for. A missing one will not appear by waiting. */
export async function findTopUp(
  manager: EntityManager,
  topUpId: string,
  { locked = false }: { locked?: boolean } = {},
): Promise<TopUp> {
  const topUp = await manager.findOne(TopUpEntity, {
    where: { id: topUpId },
    ...(locked && { lock: { mode: 'pessimistic_write' } }),
  })
  if (topUp === null) {
    throw new PaymentError('top_up_unknown', `There is no top-up ${topUpId}.`, { retryable: false })
  }
  return topUp
}
