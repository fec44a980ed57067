import { newId } from '@berth/contract/ids'
import type { NoticeData, NoticeKind } from '@berth/contract/notices'
import type { EntityManager } from 'typeorm'

export interface NoticeInput<K extends NoticeKind = NoticeKind> {
  userId: string
  kind: K
  /** Names the fact ("auto_top_up_paid/top_01J…"): the same fact recorded again is the same notice. */
  factKey: string
  rentalId?: string
  data: NoticeData[K]
}

/**
 * Tells a person something. Given the manager of the transaction that writes the fact, so that both commit or neither;
 * deliveries follow by themselves. What happens to rentals and runways is recorded by the database's own triggers.
 */
export async function recordNotice<K extends NoticeKind>(
  manager: EntityManager,
  { userId, kind, factKey, rentalId, data }: NoticeInput<K>,
): Promise<void> {
  await manager.query(
    `INSERT INTO notices (id, user_id, kind, fact_key, rental_id, data, at)
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp()) ON CONFLICT (fact_key) DO NOTHING`,
    [newId('notice'), userId, kind, factKey, rentalId ?? null, JSON.stringify(data)],
  )
}
