import type { BillingWorld } from './billing-world.ts'

/** The tables of one wallet as they are, at one instant. */
export interface Snapshot {
  wallet: { available: bigint; held: bigint; receivable: bigint }
  entries: {
    transactionId: string
    seq: number
    kind: string
    postedAt: Date
    account: string
    amount: bigint
    balanceAfter: bigint | null
  }[]
  segments: SegmentRow[]
  windows: WindowRow[]
}

export interface SegmentRow {
  id: string
  rental_id: string
  state: string
  started_at: Date | null
  funded_until: Date | null
  next_renewal_at: Date | null
  ends_at: Date | null
  spend_limit: string | null
  price: string
  teardown: number
  charged: string
  held: string
  written_off: string
  charged_seconds: number
}

export interface WindowRow {
  segment_id: string
  kind: string
  start_ms: number
  seconds: number
  charged: string
  written_off: string
}

/** One statement, so that it sees one instant and costs one round trip. */
export async function readSnapshot({ application }: BillingWorld, walletId: string): Promise<Snapshot> {
  const [row] = await application.query<Row[]>(
    `SELECT available, held, receivable,
       (SELECT coalesce(json_agg(json_build_object('transactionId', t.id, 'seq', seq, 'kind', kind, 'postedAt', posted_at,
          'account', account, 'amount', amount::text, 'balance', balance_after::text) ORDER BY seq, position), '[]')
        FROM ledger_entries JOIN ledger_transactions t ON t.id = transaction_id WHERE wallet_id = w.id) AS entries,
       (SELECT coalesce(json_agg(json_build_object('id', id, 'rental_id', rental_id, 'state', state, 'started_at', started_at,
          'funded_until', funded_until, 'next_renewal_at', next_renewal_at, 'ends_at', ends_at,
          'spend_limit', spend_limit_micros::text, 'price', price_micros_per_hour::text, 'teardown', teardown_seconds,
          'charged', charged::text, 'held', held::text, 'written_off', written_off::text, 'charged_seconds', charged_seconds)),
          '[]') FROM rental_segments WHERE wallet_id = w.id) AS segments,
       (SELECT coalesce(json_agg(json_build_object('segment_id', segment_id, 'kind', kind,
          'start_ms', (extract(epoch FROM window_start) * 1000)::bigint, 'seconds', seconds, 'charged', c.charged::text,
          'written_off', c.written_off::text) ORDER BY window_start), '[]')
        FROM charge_windows c JOIN rental_segments s ON s.id = segment_id WHERE s.wallet_id = w.id) AS windows
     FROM wallets w WHERE id = $1`,
    [walletId],
  )
  if (!row) throw new Error(`no wallet ${walletId}`)
  return {
    wallet: {
      available: BigInt(row.available),
      held: BigInt(row.held),
      receivable: BigInt(row.receivable),
    },
    entries: row.entries.map(({ balance, amount, postedAt, ...entry }) => ({
      ...entry,
      postedAt: new Date(postedAt),
      amount: BigInt(amount),
      balanceAfter: balance === null ? null : BigInt(balance),
    })),
    segments: row.segments.map((segment) => ({
      ...segment,
      started_at: instantOf(segment.started_at),
      funded_until: instantOf(segment.funded_until),
      next_renewal_at: instantOf(segment.next_renewal_at),
      ends_at: instantOf(segment.ends_at),
    })),
    windows: row.windows,
  }
}

type SegmentInstants = 'started_at' | 'funded_until' | 'next_renewal_at' | 'ends_at'

interface Row {
  available: string
  held: string
  receivable: string
  entries: {
    transactionId: string
    seq: number
    kind: string
    postedAt: string
    account: string
    amount: string
    balance: string | null
  }[]
  segments: (Omit<SegmentRow, SegmentInstants> & Record<SegmentInstants, string | null>)[]
  windows: WindowRow[]
}

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text))
