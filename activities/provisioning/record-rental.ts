import { micros } from '@berth/contract/money'
import { RentalEntity, type Rental } from '@berth/entities/rental'
import { RentalEventEntity } from '@berth/entities/rental-event'
import type { DataSource, EntityManager } from 'typeorm'
import { findRental } from './find-rental.ts'
import type { RentalEventInput, RentalPatch } from './types.ts'

/** The same news within this time is the same event told again by a repeated call. */
const REPEAT_WINDOW = '10 minutes'

export interface RecordRentalInput {
  rentalId: string
  patch: RentalPatch
  events: RentalEventInput[]
}

/** Row and timeline change in one transaction, so that a reader never sees one without the other. Safe to repeat. */
export function recordRental(
  dataSource: DataSource,
  { rentalId, patch, events }: RecordRentalInput,
): Promise<void> {
  return dataSource.transaction(async (manager) => {
    const rental = await findRental(manager, rentalId, true)
    const columns = columnsOf(patch)
    if (Object.keys(columns).length > 0) {
      await manager.update(RentalEntity, { id: rentalId }, { ...columns, version: rental.version + 1 })
    }
    if (patch.phase === 'launching') await stamp(manager, rentalId, 'launched_at')
    if (patch.phase === 'stopping') await stamp(manager, rentalId, 'stopped_at')
    if (patch.ended) await stamp(manager, rentalId, 'ended_at')
    for (const event of events) await appendEvent(manager, rental, event)
  })
}

/** First time only, by the database's clock. */
const stamp = (
  manager: EntityManager,
  rentalId: string,
  column: 'launched_at' | 'stopped_at' | 'ended_at',
): Promise<unknown> =>
  manager.query(`UPDATE rentals SET ${column} = coalesce(${column}, clock_timestamp()) WHERE id = $1`, [
    rentalId,
  ])

export async function appendEvent(
  manager: EntityManager,
  { id, userId }: Pick<Rental, 'id' | 'userId'>,
  { kind, data }: RentalEventInput,
): Promise<void> {
  const told: unknown[] = await manager.query(
    `SELECT 1 FROM rental_events WHERE rental_id = $1 AND kind = $2 AND data = $3::jsonb
     AND at > clock_timestamp() - $4::interval LIMIT 1`,
    [id, kind, JSON.stringify(data), REPEAT_WINDOW],
  )
  if (told.length > 0) return
  await manager.insert(RentalEventEntity, { rentalId: id, userId, kind, data: data as Record<string, never> })
}

type Columns = Partial<Omit<Rental, 'offer'>>

/** The columns a patch moves; a field that is absent stays as it is. */
function columnsOf(patch: RentalPatch): Columns {
  const columns: Columns = {}
  if (patch.phase) columns.phase = patch.phase
  if (patch.health) columns.health = patch.health
  if (patch.endReason !== undefined) columns.endReason = patch.endReason
  if (patch.endDetail !== undefined) columns.endDetail = patch.endDetail
  if (patch.endCause !== undefined) columns.endCause = patch.endCause
  if (patch.endsAt !== undefined) columns.endsAt = patch.endsAt === null ? null : new Date(patch.endsAt)
  if (patch.spendLimitMicros !== undefined) {
    columns.spendLimitMicros = patch.spendLimitMicros === null ? null : micros(patch.spendLimitMicros)
  }
  if (patch.readyAt) columns.readyAt = new Date(patch.readyAt)
  return { ...columns, ...podColumns(patch) }
}

function podColumns({ attempt, podId, ssh, hostKey, ports }: RentalPatch): Columns {
  return {
    ...(attempt
      ? {
          account: attempt.account,
          podMarker: attempt.marker,
          podId: null,
          priceMicrosPerHour: micros(attempt.priceMicrosPerHour),
        }
      : {}),
    ...(podId === undefined ? {} : { podId }),
    ...(ssh === undefined
      ? {}
      : { sshHost: ssh?.host ?? null, sshPort: ssh?.port ?? null, sshUser: ssh?.user ?? null }),
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(ports === undefined ? {} : { publishedPorts: ports }),
  }
}
