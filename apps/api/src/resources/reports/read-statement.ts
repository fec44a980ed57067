import { toWire } from '@berth/contract/money'
import type { LedgerLine } from '@berth/contract/schemas/billing'
import type { Statement } from '@berth/contract/schemas/reports'
import type { LedgerKind } from '@berth/entities/ledger-transaction'
import type { User } from '@berth/entities/user'
import type { DataSource } from 'typeorm'
import { databaseNow } from '../../database-now.ts'
import { shownKind } from '../billing/ledger-kinds.ts'
import { USAGE_PIECES } from './usage-pieces.ts'

/** One month of one wallet in figures that add up: opening, every kind of movement, closing. */
export async function readStatement(dataSource: DataSource, user: User, month: string): Promise<Statement> {
  const { first, after } = monthOf(month)
  const [[before], kinds, pods, [last], now] = await Promise.all([
    dataSource.query<{ owned: string }[]>(OPENING, [user.id, first]),
    dataSource.query<KindRow[]>(MOVEMENTS, [user.id, first, after]),
    dataSource.query<PodRow[]>(PODS, [user.id, first, after]),
    dataSource.query<{ hash: string }[]>(LAST_HASH, [user.id, first, after]),
    databaseNow(dataSource),
  ])
  const opening = BigInt(before?.owned ?? '0')
  const movements = movementsOf(kinds)
  return {
    month,
    name: user.displayName,
    email: user.email,
    from: first.toISOString(),
    to: after.toISOString(),
    openingMicros: toWire(opening),
    closingMicros: toWire(kinds.reduce((sum, { amount }) => sum + BigInt(amount), opening)),
    movements,
    pods: pods.map((pod) => ({
      rentalId: pod.rental_id,
      name: pod.name,
      gpu: pod.gpu,
      provider: pod.provider,
      seconds: Number(pod.seconds),
      chargedMicros: toWire(BigInt(pod.charged)),
    })),
    ledgerHash: last?.hash ?? null,
    final: now >= after,
  }
}

interface KindRow {
  kind: LedgerKind
  count: string
  amount: string
}
interface PodRow {
  rental_id: string
  name: string
  gpu: string
  provider: string
  seconds: string
  charged: string
}

/** Kinds that a person sees as one are one row; what moves nothing (a hold, its release, our own costs) is none. */
function movementsOf(rows: KindRow[]): Statement['movements'] {
  const byKind = new Map<LedgerLine['kind'], { count: number; amount: bigint }>()
  for (const { kind, count, amount } of rows) {
    const known = byKind.get(shownKind(kind)) ?? { count: 0, amount: 0n }
    byKind.set(shownKind(kind), { count: known.count + Number(count), amount: known.amount + BigInt(amount) })
  }
  return [...byKind]
    .filter(([, { amount }]) => amount !== 0n)
    .map(([kind, { count, amount }]) => ({ kind, count, amountMicros: toWire(amount) }))
}

function monthOf(month: string): { first: Date; after: Date } {
  const first = new Date(`${month}-01T00:00:00Z`)
  return { first, after: new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1)) }
}

const OF_WALLET = `
  FROM wallets
  JOIN ledger_transactions entry ON entry.wallet_id = wallets.id
  JOIN ledger_entries leg ON leg.transaction_id = entry.id AND leg.account IN ('available', 'held')
  WHERE wallets.user_id = $1`

const OPENING = `SELECT coalesce(sum(leg.amount), 0) AS owned ${OF_WALLET} AND entry.posted_at < $2`

const MOVEMENTS = `
  SELECT entry.kind, count(DISTINCT entry.id) AS count, sum(leg.amount) AS amount
  ${OF_WALLET} AND entry.posted_at >= $2 AND entry.posted_at < $3
  GROUP BY entry.kind ORDER BY entry.kind`

const PODS = `
  WITH ${USAGE_PIECES}
  SELECT rental_id, min(name) AS name,
    min(gpu_count || '× ' || gpu_model || ' ' || gpu_memory || ' GB') AS gpu,
    coalesce(min(provider_accounts.display_name), min(pieces.provider)) AS provider,
    sum(seconds) AS seconds, sum(charged) AS charged
  FROM pieces LEFT JOIN provider_accounts ON provider_accounts.id = pieces.account
  GROUP BY rental_id ORDER BY sum(charged) DESC, rental_id`

const LAST_HASH = `
  SELECT encode(entry.hash, 'hex') AS hash FROM wallets
  JOIN ledger_transactions entry ON entry.wallet_id = wallets.id
  WHERE wallets.user_id = $1 AND entry.posted_at >= $2 AND entry.posted_at < $3
  ORDER BY entry.seq DESC LIMIT 1`
