import { isId } from '@berth/contract/ids'
import type { RentalPhase } from '@berth/contract/rental-status'
import {
  type OperatorRental,
  type OperatorRentalsQuery,
  type operatorRentalPageSchema,
  TROUBLE_KINDS,
} from '@berth/contract/schemas/operator'
import type { DataSource } from 'typeorm'
import type { z } from 'zod'
import { databaseNow } from '../../database-now.ts'
import { problem } from '../../http/problem.ts'
import type { TemporalUi } from '../../temporal/workflow-url.ts'
import { listInTemporal } from './list-in-temporal.ts'
import { operatorRental, type OperatorRentalRow } from './operator-rental.ts'

interface Deps {
  dataSource: DataSource
  temporalUi: TemporalUi | null
}

type Page = z.infer<typeof operatorRentalPageSchema>

/**
 * A page of everybody's rentals: stuck ones, then those with the newest trouble, then the newest. The cursor is the place
 * of the last one of the page before, so that rentals which come or go meanwhile neither repeat nor hide any.
 */
export async function listOperatorRentals(deps: Deps, query: OperatorRentalsQuery): Promise<Page> {
  const { dataSource, temporalUi } = deps
  const asOf = await databaseNow(dataSource)
  const rows = await read(dataSource, query)
  const page = rows.slice(0, query.pageSize)
  const last = page.at(-1)
  return {
    items: page.map((row) => operatorRental(row, temporalUi)),
    nextCursor: rows.length > query.pageSize && last ? cursorOf(last) : null,
    counts: await countLive(dataSource),
    temporalUrl: await listInTemporal(deps, query),
    asOf: asOf.toISOString(),
  }
}

/** One rental, whoever's it is. */
export async function readOperatorRental(
  { dataSource, temporalUi }: Deps,
  id: string,
): Promise<OperatorRental> {
  const [row] = await read(dataSource, { state: 'all', pageSize: 1, id })
  if (!row) throw problem('not_found', 'There is no such rental.')
  return operatorRental(row, temporalUi)
}

/** By which event a rental came into each phase; the newest of them counts, for a launch may be tried again. */
const ENTERED_BY: Record<RentalPhase, string[]> = {
  reserving: ['requested'],
  launching: ['reserved', 'attempt_failed'],
  verifying: ['pod_created', 'pod_adopted'],
  running: ['running'],
  stopping: ['stopping'],
  ended: ['ended'],
}

/**
 * Trouble is looked for in live rentals only, and only behind the last word that all is well: two short walks back over
 * the index of one rental's events.
 */
const LISTED = `
  SELECT rental.id, rental.name, rental.user_id, users.handle, rental.phase, rental.health, rental.end_reason,
    rental.end_detail, rental.end_cause, rental.account, rental.provider, coalesce(account.display_name, rental.provider) AS provider_name,
    rental.gpu_model, rental.gpu_count, rental.region, rental.pod_id, rental.price_micros_per_hour, rental.requested_at,
    coalesce((SELECT max(at) FROM rental_events
              WHERE rental_id = rental.id AND kind IN (SELECT jsonb_array_elements_text($1::jsonb -> rental.phase))),
             rental.requested_at) AS phase_since,
    trouble.kind AS trouble_kind, coalesce(stuck.at, trouble.at) AS trouble_since, trouble.data AS trouble_data,
    stuck.data AS stuck_data,
    (rental.phase <> 'ended' AND rental.health = 'stuck')::int AS place_stuck,
    coalesce((extract(epoch FROM coalesce(stuck.at, trouble.at)) * 1000000)::bigint, 0) AS place_trouble,
    (extract(epoch FROM rental.requested_at) * 1000000)::bigint AS place_requested
  FROM rentals rental
  JOIN users ON users.id = rental.user_id
  LEFT JOIN provider_accounts account ON account.id = rental.account
  LEFT JOIN LATERAL (
    SELECT coalesce(max(id), 0) AS id FROM rental_events
    WHERE rental_id = rental.id AND kind IN ('recovered', 'running')) well ON true
  LEFT JOIN LATERAL (
    SELECT kind, at, data FROM rental_events
    WHERE rental_id = rental.id AND id > well.id AND kind = ANY ($2::text[]) AND rental.phase <> 'ended'
    ORDER BY id DESC LIMIT 1) trouble ON true
  LEFT JOIN LATERAL (
    SELECT at, data FROM rental_events
    WHERE rental_id = rental.id AND id > well.id AND kind = 'stuck' AND rental.phase <> 'ended'
    ORDER BY id DESC LIMIT 1) stuck ON true`

const PAGE = `
  WITH listed AS MATERIALIZED (${LISTED}
    WHERE ($3 = 'all' OR rental.phase <> 'ended') AND ($3 <> 'stuck' OR rental.health = 'stuck')
      AND ($4::text IS NULL OR rental.phase = $4) AND ($5::text IS NULL OR rental.health = $5)
      AND ($6::text IS NULL OR rental.provider = $6 OR rental.account = $6)
      AND ($7::text IS NULL OR lower(users.handle) = lower($7)) AND ($8::text IS NULL OR rental.id = $8)
      AND ($9::text IS NULL OR rental.user_id = $9))
  SELECT * FROM listed
  WHERE $10::int IS NULL OR (place_stuck, place_trouble, place_requested, id) < ($10, $11::bigint, $12::bigint, $13::text)
  ORDER BY place_stuck DESC, place_trouble DESC, place_requested DESC, id DESC LIMIT $14`

type Wanted = Partial<OperatorRentalsQuery> &
  Pick<OperatorRentalsQuery, 'state' | 'pageSize'> & { id?: string }

const read = (dataSource: DataSource, wanted: Wanted): Promise<OperatorRentalRow[]> =>
  dataSource.query(PAGE, [
    JSON.stringify(ENTERED_BY),
    TROUBLE_KINDS,
    wanted.state,
    wanted.phase ?? null,
    wanted.health ?? null,
    wanted.provider ?? null,
    wanted.handle ?? null,
    wanted.id ?? null,
    wanted.renter ?? null,
    ...(wanted.cursor === undefined ? [null, null, null, null] : placeOf(wanted.cursor)),
    wanted.pageSize + 1,
  ])

/** Microseconds as the database counts them: a Date would lose digits, and with them rentals. */
const cursorOf = (row: OperatorRentalRow): string =>
  [row.place_stuck, row.place_trouble, row.place_requested, row.id].join('.')

function placeOf(cursor: string): string[] {
  const place = cursor.split('.')
  const [stuck = '', trouble = '', requested = '', id = ''] = place
  const isTime = (text: string): boolean => /^\d{1,17}$/.test(text)
  if (/^[01]$/.test(stuck) && isTime(trouble) && isTime(requested) && isId('rental', id)) return place
  const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
  throw problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
}

async function countLive(dataSource: DataSource): Promise<Page['counts']> {
  const [counts] = await dataSource.query<Page['counts'][]>(
    `SELECT count(*)::int AS live, (count(*) FILTER (WHERE health = 'stuck'))::int AS stuck
     FROM rentals WHERE phase <> 'ended'`,
  )
  return counts ?? { live: 0, stuck: 0 }
}
