import { describeRentalEvent } from '@berth/contract/rental-events'
import type { RentalEventView } from '@berth/contract/schemas/rentals'
import { type RentalEvent, RentalEventEntity } from '@berth/entities/rental-event'
import { type DataSource, MoreThan } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { causeView } from './cause-view.ts'

/** A page of a rental's timeline, oldest first. The caller has shown that the rental is theirs. */
export async function listEvents(
  dataSource: DataSource,
  rentalId: string,
  { cursor, pageSize }: { cursor?: string | undefined; pageSize: number },
): Promise<{ items: RentalEventView[]; nextCursor: string | null }> {
  const events = await dataSource.getRepository(RentalEventEntity).find({
    where: { rentalId, ...(cursor === undefined ? {} : { id: MoreThan(eventId(cursor)) }) },
    order: { id: 'ASC' },
    take: pageSize + 1,
  })
  const items = events.slice(0, pageSize).map(eventView)
  return { items, nextCursor: events.length > pageSize ? (items.at(-1)?.id ?? null) : null }
}

export const eventView = (event: RentalEvent): RentalEventView => ({
  id: event.id,
  rentalId: event.rentalId,
  kind: event.kind,
  at: event.at.toISOString(),
  message: describeRentalEvent(event.kind, event.data),
  data: withCause(event),
})

/** By name, too, what we ourselves said; the sentence stays for programs. */
function withCause({ kind, data }: RentalEvent): RentalEvent['data'] {
  if (kind !== 'attempt_failed' && kind !== 'ended') return data
  const sentence = data[kind === 'ended' ? 'detail' : 'words']
  return { ...data, cause: causeView(data['cause'], typeof sentence === 'string' ? sentence : null) }
}

function eventId(cursor: string): string {
  if (/^\d{1,18}$/.test(cursor)) return cursor
  const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
  throw problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
}
