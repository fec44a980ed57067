import { microsFromCents } from '@berth/contract/money'
import type { autoTopUpRulesSchema } from '@berth/contract/schemas/payments'
import { SavedCardEntity } from '@berth/entities/saved-card'
import { IsNull, type DataSource } from 'typeorm'
import type { z } from 'zod'
import { problem } from '../../http/problem.ts'
import { walletOf } from './wallet-of.ts'

/**
 * Keeps what a person allows, and resumes where it was paused: they have looked. That at most one charge is tried in an
 * hour holds all the same.
 */
export async function writeAutoTopUp(
  dataSource: DataSource,
  userId: string,
  { enabled, thresholdCents, amountCents, monthlyCapCents }: z.infer<typeof autoTopUpRulesSchema>,
): Promise<void> {
  const walletId = await walletOf(dataSource, userId)
  await dataSource.transaction(async (manager) => {
    await manager.query(
      `INSERT INTO auto_top_ups AS kept (wallet_id, enabled, threshold, amount, monthly_cap) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (wallet_id) DO UPDATE SET enabled = excluded.enabled, threshold = excluded.threshold,
         amount = excluded.amount, monthly_cap = excluded.monthly_cap, declines = 0, paused_reason = NULL,
         paused_at = NULL, capped_at = NULL, updated_at = now()`,
      [
        walletId,
        enabled,
        ...[thresholdCents, amountCents, monthlyCapCents].map((cents) => String(microsFromCents(cents))),
      ],
    )
    if (enabled && !(await manager.existsBy(SavedCardEntity, { walletId, removedAt: IsNull() }))) {
      throw problem(
        'card_missing',
        'Auto top-up needs a saved card. Save one, or pay once with “keep this card”, then turn it on. Nothing was changed.',
      )
    }
  })
}
