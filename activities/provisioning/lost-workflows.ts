import type { DataSource } from 'typeorm'

/** A stop that its workflow has not acted upon for so long was lost on the way. */
const GRACE = '20 seconds'

export interface LostRental {
  rentalId: string
  userId: string
  provider: string
  gpuModel: string
  summary: string
  /** ISO 8601; the stop to tell it again, null when none was asked for. */
  stopRequestedAt: string | null
}

/**
 * What is needed to start or remind the workflows of these rentals, and of those whose stop went unheard.
 * Starting a workflow that exists does nothing, so too many names do no harm; too few would.
 */
export const describeLost = (dataSource: DataSource, rentalIds: string[]): Promise<LostRental[]> =>
  dataSource.query(
    `SELECT rental.id AS "rentalId", rental.user_id AS "userId", rental.provider, rental.gpu_model AS "gpuModel",
            CASE WHEN rental.gpu_count > 0 THEN rental.gpu_count || 'x ' ELSE '' END
              || rental.gpu_model || ' on ' || rental.provider || ' ' || rental.region || ' for ' || person.handle AS summary,
            to_char(rental.stop_requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "stopRequestedAt"
     FROM rentals rental JOIN users person ON person.id = rental.user_id
     WHERE rental.phase <> 'ended'
       AND (rental.id = ANY ($1)
            OR (rental.stop_requested_at < clock_timestamp() - $2::interval AND rental.phase <> 'stopping'))
     ORDER BY rental.id LIMIT 1000`,
    [rentalIds, GRACE],
  )

/** Starts asked for at once; after the loss of a whole store there are thousands. */
const AT_ONCE = 20

/** Every rental gets its chance: one whose workflow can not be started now keeps nobody else's from starting. */
export async function ensureEach(
  rentals: LostRental[],
  ensure: (rental: LostRental) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  for (let next = 0; next < rentals.length; next += AT_ONCE) {
    const answers = await Promise.allSettled(rentals.slice(next, next + AT_ONCE).map(ensure))
    failures.push(...answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : [])))
  }
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `${failures.length} rentals could not be started: ${String(failures[0])}`,
    )
  }
}
