import { isId } from '@berth/contract/ids'
import type { Reconciliation, ReconciliationQuery } from '@berth/contract/schemas/reconciliation'
import type { DataSource } from 'typeorm'
import { databaseNow } from '../../database-now.ts'
import { problem } from '../../http/problem.ts'
import { readLastRun } from './read-last-run.ts'
import {
  PROVIDERS,
  RENTALS,
  reconciledProvider,
  reconciledRental,
  type ProviderRow,
  type RentalRow,
} from './reconciliation-rows.ts'

const DAYS = 30
const DAY_MS = 86_400_000

/**
 * Rentals of the last thirty days as their last reconciliation left them: flagged ones, then unanswered ones, then the newest. The
 * cursor is the place of the last one of the page before.
 */
export async function readReconciliation(
  dataSource: DataSource,
  { state, cursor, pageSize }: ReconciliationQuery,
): Promise<Reconciliation> {
  const asOf = await databaseNow(dataSource)
  const since = new Date(asOf.getTime() - DAYS * DAY_MS)
  const after = cursor === undefined ? [null, null] : placeOf(cursor)
  const [lastRun, rows, providers] = await Promise.all([
    readLastRun(dataSource),
    dataSource.query<RentalRow[]>(RENTALS, [since, state, ...after, pageSize + 1]),
    dataSource.query<ProviderRow[]>(PROVIDERS, [since]),
  ])
  const page = rows.slice(0, pageSize)
  const last = page.at(-1)
  return {
    items: page.map(reconciledRental),
    nextCursor: rows.length > pageSize && last ? `${last.place}.${last.id}` : null,
    lastRun,
    providers: providers.map(reconciledProvider),
    since: since.toISOString(),
    asOf: asOf.toISOString(),
  }
}

function placeOf(cursor: string): string[] {
  const [place = '', id = '', ...more] = cursor.split('.')
  if (/^[012]$/.test(place) && isId('rental', id) && more.length === 0) return [place, id]
  const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
  throw problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
}
