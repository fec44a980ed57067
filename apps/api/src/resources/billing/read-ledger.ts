import { toWire } from '@berth/contract/money'
import type { LedgerLine } from '@berth/contract/schemas/billing'
import type { LedgerKind } from '@berth/entities/ledger-transaction'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { shownKind, storedKinds } from './ledger-kinds.ts'

export interface LedgerFilter {
  cursor?: string | undefined
  pageSize: number
  kind?: LedgerLine['kind'] | undefined
  rentalId?: string | undefined
}

/** bigint columns arrive as decimal strings. */
export interface LedgerRow {
  id: string
  seq: string
  kind: LedgerKind
  rental_id: string | null
  rental_name: string | null
  reference: string | null
  note: string | null
  available_change: string
  held_change: string
  /** Negative where more is owed. */
  receivable_change: string
  available_after: string
  window_start: Date | null
  window_end: Date | null
  window_seconds: number | null
  window_price: string | null
  occurred_at: Date
  hash: string
}

/**
 * A page of one person's statement, newest first. What a provider costs us is booked beside the wallet, moves nothing in it
 * and is left out. A transaction that left the available money alone shows the balance of
 * the one before it. Charges bring the window they charged, so that anybody can recompute the amount.
 */
export async function readLedger(
  dataSource: DataSource,
  userId: string,
  filter: LedgerFilter,
): Promise<{ items: LedgerLine[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await readLedgerRows(dataSource, userId, filter)
  return { items: rows.map(ledgerLine), nextCursor }
}

/** The same as the database has it. */
export async function readLedgerRows(
  dataSource: DataSource,
  userId: string,
  { cursor, pageSize, kind, rentalId }: LedgerFilter,
): Promise<{ rows: LedgerRow[]; nextCursor: string | null }> {
  const rows = await dataSource.query<LedgerRow[]>(STATEMENT, [
    userId,
    cursor === undefined ? null : seqOf(cursor),
    kind === undefined ? null : storedKinds(kind),
    rentalId ?? null,
    pageSize + 1,
  ])
  const last = rows[pageSize - 1]
  return { rows: rows.slice(0, pageSize), nextCursor: rows.length > pageSize && last ? last.seq : null }
}

const STATEMENT = `
  SELECT entry.id, entry.seq, entry.kind, entry.rental_id, rentals.name AS rental_name, entry.reference, entry.note,
    legs.available_change, legs.held_change, legs.receivable_change,
    coalesce(balance.available_after, 0) AS available_after,
    charged.window_start, charged.window_end, charged.seconds AS window_seconds, charged.price AS window_price,
    entry.occurred_at, encode(entry.hash, 'hex') AS hash
  FROM wallets
  JOIN ledger_transactions entry ON entry.wallet_id = wallets.id
  LEFT JOIN rentals ON rentals.id = entry.rental_id AND rentals.user_id = wallets.user_id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE account = 'available'), 0) AS available_change,
           coalesce(sum(amount) FILTER (WHERE account = 'held'), 0) AS held_change,
           coalesce(sum(amount) FILTER (WHERE account = 'receivable'), 0) AS receivable_change
    FROM ledger_entries WHERE transaction_id = entry.id) legs
  LEFT JOIN LATERAL (
    SELECT leg.balance_after AS available_after
    FROM ledger_transactions earlier JOIN ledger_entries leg ON leg.transaction_id = earlier.id
    WHERE earlier.wallet_id = entry.wallet_id AND earlier.seq <= entry.seq AND leg.account = 'available'
    ORDER BY earlier.seq DESC, leg.position DESC LIMIT 1) balance ON true
  LEFT JOIN LATERAL (
    SELECT window_start, window_end, seconds, segment.price_micros_per_hour AS price
    FROM charge_windows JOIN rental_segments segment ON segment.id = segment_id
    WHERE segment.rental_id = entry.rental_id AND transaction_id = entry.id
    ORDER BY window_start LIMIT 1) charged ON true
  WHERE wallets.user_id = $1 AND entry.kind <> 'upstream_cost'
    AND ($2::bigint IS NULL OR entry.seq < $2)
    AND ($3::text[] IS NULL OR entry.kind = ANY ($3))
    AND ($4::text IS NULL OR entry.rental_id = $4)
  ORDER BY entry.seq DESC LIMIT $5`

export function ledgerLine(row: LedgerRow): LedgerLine {
  const availableChange = BigInt(row.available_change)
  const heldChange = BigInt(row.held_change)
  return {
    id: row.id,
    seq: Number(row.seq),
    kind: shownKind(row.kind),
    rentalId: row.rental_id,
    rentalName: row.rental_name,
    reference: row.reference,
    note: row.note,
    amountMicros: toWire(availableChange + heldChange),
    availableChangeMicros: toWire(availableChange),
    heldChangeMicros: toWire(heldChange),
    availableAfterMicros: toWire(BigInt(row.available_after)),
    window: windowOf(row),
    occurredAt: row.occurred_at.toISOString(),
    hash: row.hash,
  }
}

function windowOf(row: LedgerRow): LedgerLine['window'] {
  const { window_start: from, window_end: to, window_seconds: seconds, window_price: price } = row
  if (from === null || to === null || seconds === null || price === null) return null
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    seconds,
    priceMicrosPerHour: toWire(BigInt(price)),
  }
}

function seqOf(cursor: string): string {
  if (/^\d{1,18}$/.test(cursor)) return cursor
  const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
  throw problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
}
