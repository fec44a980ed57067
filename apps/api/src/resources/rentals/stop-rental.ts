import { type Rental, RentalEntity } from '@berth/entities/rental'
import { RentalEventEntity } from '@berth/entities/rental-event'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import { rentalToStart } from './rental-to-start.ts'

interface StopRentalDeps {
  dataSource: DataSource
  orchestrator: Orchestrator
}

/**
 * Records the instant at which money stops, then tells the workflow. The instant is the database's and the first one
 * counts: repeating a stop only repeats the telling.
 */
export async function stopRental(
  { dataSource, orchestrator }: StopRentalDeps,
  { user, rental, log }: { user: SignedInUser; rental: Rental; log: Logger },
): Promise<void> {
  if (rental.phase === 'ended') throw alreadyEnded()
  const requestedAt = await recordStop(dataSource, rental)
  if (requestedAt === null) return
  try {
    await orchestrator.stopRental(await rentalToStart(dataSource, rental, user), {
      requestedAt: requestedAt.toISOString(),
      by: 'user',
    })
  } catch (error) {
    log.error({ err: error, rentalId: rental.id }, 'the stop could not be handed to the rental workflow')
    throw problem(
      'orchestrator_unavailable',
      `Your stop is recorded: billing ends at ${requestedAt.toISOString()}, whatever happens. The pod could not be told yet. Repeat the stop in a minute.`,
      { retryAfterSeconds: 30, data: { stopRequestedAt: requestedAt.toISOString() }, cause: error },
    )
  }
}

/** Null where the rental is being stopped for another reason already: there is nothing to ask for. */
function recordStop(dataSource: DataSource, { id, userId }: Rental): Promise<Date | null> {
  return dataSource.transaction(async (manager) => {
    const [first] = await manager.query<[{ at: Date }[], number]>(
      `UPDATE rentals SET stop_requested_at = date_trunc('milliseconds', clock_timestamp()), version = version + 1
       WHERE id = $1 AND user_id = $2 AND stop_requested_at IS NULL AND phase NOT IN ('stopping', 'ended')
       RETURNING stop_requested_at AS at`,
      [id, userId],
    )
    const recorded = first[0]
    if (recorded) {
      await manager.insert(RentalEventEntity, {
        rentalId: id,
        userId,
        kind: 'stop_requested',
        data: { by: 'user' },
        at: recorded.at,
      })
      return recorded.at
    }
    const now = await manager.findOneByOrFail(RentalEntity, { id, userId })
    if (now.phase === 'ended') throw alreadyEnded()
    return now.phase === 'stopping' ? null : now.stopRequestedAt
  })
}

const alreadyEnded = () =>
  problem('not_stoppable', 'This rental has already ended; nothing more is charged for it.')
