import type { Rental } from '@berth/entities/rental'
import type { DataSource } from 'typeorm'

/**
 * Calls a pod by another name, in whichever phase it is: only people read it, its provider and its workflow know it by its
 * marker. No event, for nothing happened to the pod; other tabs of its renter hear of it, where the name is another one.
 */
export async function renameRental(
  dataSource: DataSource,
  { id, userId }: Pick<Rental, 'id' | 'userId'>,
  name: string,
): Promise<void> {
  await dataSource.query(
    `WITH renamed AS (
       UPDATE rentals SET name = $3, version = version + 1
       WHERE id = $1 AND user_id = $2 AND name <> $3 RETURNING id, user_id)
     SELECT pg_notify('rental_renamed', json_build_object('rentalId', id, 'userId', user_id)::text) FROM renamed`,
    [id, userId, name],
  )
}
