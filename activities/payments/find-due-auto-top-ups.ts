import type { DataSource } from 'typeorm'

/**
 * Wallets whose card is to be charged now, and those with a charge under way whose workflow may be lost. Only looks at
 * wallets that have auto top-up on; what it finds is decided once more, under the lock.
 */
export async function findDueAutoTopUps(
  { dataSource }: { dataSource: DataSource },
  { limit }: { limit: number },
): Promise<{ walletIds: string[] }> {
  const rows = await dataSource.query<{ id: string }[]>(
    `SELECT settings.wallet_id AS id
     FROM auto_top_ups settings
     JOIN wallets wallet ON wallet.id = settings.wallet_id
     JOIN saved_cards card ON card.wallet_id = wallet.id AND card.removed_at IS NULL
     WHERE settings.enabled AND settings.paused_reason IS NULL AND wallet.available < settings.threshold
       AND coalesce(settings.last_attempt_at <= now() - interval '1 hour', true)
       AND coalesce(settings.capped_at < date_trunc('month', now(), 'UTC'), true)
     UNION
     SELECT wallet_id FROM top_ups WHERE origin = 'auto' AND status = 'created'
     LIMIT $1`,
    [limit],
  )
  return { walletIds: rows.map(({ id }) => id) }
}
