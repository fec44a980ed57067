import { toWire } from '@berth/contract/money'
import type { RentalUsage } from '@berth/contract/schemas/rental-usage'
import type { DataSource } from 'typeorm'

/** A pod that is older is shown by the day. */
const HOURLY_FOR_SECONDS = 48 * 3600

/**
 * The charge windows of one rental, cut at whole hours or days of UTC: `$1` the rental, `$2` the step. A window's charge is shared
 * out by seconds with what is cut off carried on to the next piece, as in the usage report, so that the pieces sum to the charge.
 */
const PIECES = `
  WITH windows AS (
    SELECT charged.window_start, charged.window_end, charged.seconds::bigint, charged.charged
    FROM rental_segments segment JOIN charge_windows charged ON charged.segment_id = segment.id
    WHERE segment.rental_id = $1 AND charged.kind IN ('usage', 'returned')),
  cuts AS (
    SELECT windows.*, step,
      least(abs(seconds), greatest(0, floor(extract(epoch FROM step - window_start))))::bigint AS done,
      least(abs(seconds), floor(extract(epoch FROM step + ('1 ' || $2)::interval - window_start)))::bigint AS upto
    FROM windows CROSS JOIN LATERAL (
      SELECT (at AT TIME ZONE 'UTC') AS step FROM generate_series(
        date_trunc($2, window_start AT TIME ZONE 'UTC'),
        (window_end - interval '1 microsecond') AT TIME ZONE 'UTC', ('1 ' || $2)::interval) at) steps)
  SELECT step AS from, sum((upto - done) * sign(seconds)::bigint) AS seconds,
    sum(charged * upto / abs(seconds) - charged * done / abs(seconds)) AS charged
  FROM cuts WHERE upto > done GROUP BY step ORDER BY step`

interface Row {
  from: Date
  seconds: string
  charged: string
}

/** What one rental has cost, hour by hour or day by day. Whose it is, the caller has made sure of. */
export async function readRentalUsage(dataSource: DataSource, rentalId: string): Promise<RentalUsage> {
  const [life] = await dataSource.query<{ seconds: number }[]>(
    `SELECT extract(epoch FROM max(charged_until) - min(started_at))::float8 AS seconds
     FROM rental_segments WHERE rental_id = $1`,
    [rentalId],
  )
  const step = (life?.seconds ?? 0) > HOURLY_FOR_SECONDS ? 'day' : 'hour'
  const rows = await dataSource.query<Row[]>(PIECES, [rentalId, step])
  return {
    step,
    rows: rows.map(({ from, seconds, charged }) => ({
      from: from.toISOString(),
      seconds: Number(seconds),
      chargedMicros: toWire(BigInt(charged)),
    })),
  }
}
