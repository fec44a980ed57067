import type { TopUpReversal } from '@berth/entities/top-up-reversal'
import type { EntityManager } from 'typeorm'

type Reversal = Pick<TopUpReversal, 'id' | 'topUpId' | 'kind' | 'amount' | 'status'>

/** Notes on the top-up what its receipt must say. An end is final: news of the beginning that comes later changes nothing. */
export async function recordReversal(manager: EntityManager, reversal: Reversal): Promise<void> {
  const { id, topUpId, kind, amount, status } = reversal
  await manager.query(
    `INSERT INTO top_up_reversals (id, top_up_id, kind, amount, status) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = now()
     WHERE top_up_reversals.status IN ('refunded', 'dispute_opened')`,
    [id, topUpId, kind, String(amount), status],
  )
}
