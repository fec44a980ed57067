import type { Period } from '@berth/contract/schemas/reports'
import type { LedgerKind } from '@berth/entities/ledger-transaction'
import type { DataSource } from 'typeorm'
import { shownKind, storedKinds } from '../billing/ledger-kinds.ts'
import { csvLine, usdCell } from './csv.ts'
import { instantsOf, type LedgerFilter } from './period.ts'

const PAGE_SIZE = 1_000

interface Row {
  seq: string
  id: string
  kind: LedgerKind
  posted_at: Date
  occurred_at: Date
  rental_id: string | null
  reference: string | null
  note: string | null
  available: string
  held: string
  hash: string
}

const HEADER = [
  'seq',
  'transaction_id',
  'kind',
  'posted_at_utc',
  'occurred_at_utc',
  'rental_id',
  'reference',
  'note',
  'usd_available',
  'usd_held',
  'sha256',
]

/** Every wanted transaction of the wallet in its order; unfiltered, the sums of the two amounts are the changes of its balances. */
export async function* ledgerCsv(
  dataSource: DataSource,
  { id }: { id: string },
  { kind, rentalId, ...period }: Period & LedgerFilter,
): AsyncGenerator<string> {
  yield csvLine(HEADER)
  let seq = '0'
  for (;;) {
    const rows = await dataSource.query<Row[]>(PAGE, [
      id,
      ...instantsOf(period),
      seq,
      PAGE_SIZE,
      kind === undefined ? null : storedKinds(kind),
      rentalId ?? null,
    ])
    for (const row of rows) yield lineOf(row)
    const last = rows.at(-1)
    if (!last || rows.length < PAGE_SIZE) return
    seq = last.seq
  }
}

const lineOf = (row: Row): string =>
  csvLine([
    row.seq,
    row.id,
    shownKind(row.kind),
    row.posted_at.toISOString(),
    row.occurred_at.toISOString(),
    row.rental_id,
    row.reference,
    row.note,
    usdCell(BigInt(row.available)),
    usdCell(BigInt(row.held)),
    row.hash,
  ])

const PAGE = `
  SELECT entry.seq, entry.id, entry.kind, entry.posted_at, entry.occurred_at, entry.rental_id, entry.reference,
    entry.note, encode(entry.hash, 'hex') AS hash,
    coalesce(sum(leg.amount) FILTER (WHERE leg.account = 'available'), 0) AS available,
    coalesce(sum(leg.amount) FILTER (WHERE leg.account = 'held'), 0) AS held
  FROM wallets
  JOIN ledger_transactions entry ON entry.wallet_id = wallets.id
  JOIN ledger_entries leg ON leg.transaction_id = entry.id
  WHERE wallets.user_id = $1 AND entry.posted_at >= $2 AND entry.posted_at < $3 AND entry.seq > $4
    AND entry.kind <> 'upstream_cost' AND ($6::text[] IS NULL OR entry.kind = ANY($6)) AND ($7::text IS NULL OR entry.rental_id = $7)
  GROUP BY entry.id ORDER BY entry.seq LIMIT $5`
