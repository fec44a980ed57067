import { type Rental, RentalEntity } from '@berth/entities/rental'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'

interface ListQuery {
  state: 'live' | 'ended' | 'all'
  cursor?: string | undefined
  pageSize: number
}

/**
 * One page of a person's rentals, newest first. The cursor is the last rental of the page before: its exact place is
 * read from its own row, so rentals made meanwhile neither repeat nor hide any.
 */
export async function listRentals(
  dataSource: DataSource,
  userId: string,
  query: ListQuery,
): Promise<{ rentals: Rental[]; nextCursor: string | null }> {
  const page = dataSource
    .getRepository(RentalEntity)
    .createQueryBuilder('rental')
    .where('rental.user_id = :userId', { userId })
    .orderBy('rental.requestedAt', 'DESC')
    .addOrderBy('rental.id', 'DESC')
    .limit(query.pageSize + 1)
  if (query.state !== 'all') page.andWhere(`rental.phase ${query.state === 'ended' ? '=' : '<>'} 'ended'`)
  if (query.cursor !== undefined) {
    await requireOwn(dataSource, userId, query.cursor)
    page.andWhere(
      `(rental.requested_at, rental.id) < (SELECT last.requested_at, last.id FROM rentals last WHERE last.id = :cursor)`,
      { cursor: query.cursor },
    )
  }
  const rentals = await page.getMany()
  const more = rentals.length > query.pageSize
  if (more) rentals.pop()
  return { rentals, nextCursor: more ? (rentals.at(-1)?.id ?? null) : null }
}

async function requireOwn(dataSource: DataSource, userId: string, rentalId: string): Promise<void> {
  if (await dataSource.getRepository(RentalEntity).existsBy({ id: rentalId, userId })) return
  const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
  throw problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
}
