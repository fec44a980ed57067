import type { SavedCard } from '@berth/contract/schemas/payments'
import { SavedCardEntity } from '@berth/entities/saved-card'
import { IsNull, type DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { walletOf } from './wallet-of.ts'

export async function readCard(dataSource: DataSource, userId: string): Promise<SavedCard | null> {
  const walletId = await walletOf(dataSource, userId)
  const card = await dataSource.getRepository(SavedCardEntity).findOneBy({ walletId, removedAt: IsNull() })
  if (card === null) return null
  const { brand, last4, expMonth, expYear, savedAt } = card
  return { brand, last4, expMonth, expYear, savedAt: savedAt.toISOString() }
}

/**
 * From this moment nothing new is charged to it. That Stripe lets go of it too is seen to by the payments watch, which
 * finds the row.
 */
export async function removeCard(dataSource: DataSource, userId: string): Promise<undefined> {
  const walletId = await walletOf(dataSource, userId)
  await dataSource.transaction(async (manager) => {
    // Why first: settings before the card, the order in which a charge is decided.
    await manager.query(
      'UPDATE auto_top_ups SET enabled = false, updated_at = now() WHERE wallet_id = $1 AND enabled',
      [walletId],
    )
    const removed = await manager.update(
      SavedCardEntity,
      { walletId, removedAt: IsNull() },
      { removedAt: () => 'now()' },
    )
    if (removed.affected === 0) throw problem('card_missing', 'There is no saved card to remove.')
  })
}
