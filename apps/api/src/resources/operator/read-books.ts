import { toWire } from '@berth/contract/money'
import type { Books } from '@berth/contract/schemas/operator'
import type { LedgerAccount } from '@berth/entities/ledger-entry'
import type { DataSource } from 'typeorm'
import { databaseNow } from '../../database-now.ts'

const DAYS = 30
const DAY_MS = 86_400_000

/** The books as the ledger's entries add up. Upstream cost is booked every night and when a rental ends: the margin reads too high by what runs since then. */
export async function readBooks(dataSource: DataSource): Promise<Books> {
  const asOf = await databaseNow(dataSource)
  const since = new Date(asOf.getTime() - DAYS * DAY_MS)
  const [totals, providers] = await Promise.all([
    readTotals(dataSource),
    dataSource.query<ProviderRow[]>(PROVIDERS, [since]),
  ])
  return {
    totals,
    providers: providers.map(toProvider),
    since: since.toISOString(),
    asOf: asOf.toISOString(),
  }
}

type Takings = Pick<
  Books['totals'],
  'chargedMicros' | 'upstreamCostMicros' | 'marginMicros' | 'writeOffMicros'
>

/**
 * An overrun is booked as revenue against write-off, which is no income: the two are added for what was charged. Entries
 * of costs and losses are negative in the ledger; here they are said as amounts.
 */
function takingsOf(sums: { revenue: bigint; writeOff: bigint; upstreamCost: bigint }): Takings {
  const charged = sums.revenue + sums.writeOff
  return {
    chargedMicros: toWire(charged),
    upstreamCostMicros: toWire(-sums.upstreamCost),
    marginMicros: toWire(charged + sums.upstreamCost),
    writeOffMicros: toWire(-sums.writeOff),
  }
}

/** One pass over all entries: the ledger keeps no running totals of the platform, which every charge would queue for. */
async function readTotals(dataSource: DataSource): Promise<Books['totals']> {
  const rows = await dataSource.query<{ account: LedgerAccount; total: string }[]>(
    'SELECT account, sum(amount) AS total FROM ledger_entries GROUP BY account',
  )
  const totals = new Map(rows.map(({ account, total }) => [account, BigInt(total)]))
  const sumOf = (account: LedgerAccount): bigint => totals.get(account) ?? 0n
  return {
    ...takingsOf({
      revenue: sumOf('revenue'),
      writeOff: sumOf('write_off'),
      upstreamCost: sumOf('upstream_cost'),
    }),
    receivablesMicros: toWire(-sumOf('receivable')),
    walletsMicros: toWire(sumOf('available') + sumOf('held')),
  }
}

interface ProviderRow {
  account: string
  display_name: string
  rentals: number
  revenue: string
  write_off: string
  upstream_cost: string
}

/** By the account that the rental ended up at. */
const PROVIDERS = `
  SELECT rental.account, coalesce(max(account.display_name), max(rental.provider)) AS display_name,
    count(DISTINCT rental.id)::int AS rentals,
    coalesce(sum(amount) FILTER (WHERE entry.account = 'revenue'), 0) AS revenue,
    coalesce(sum(amount) FILTER (WHERE entry.account = 'write_off'), 0) AS write_off,
    coalesce(sum(amount) FILTER (WHERE entry.account = 'upstream_cost'), 0) AS upstream_cost
  FROM ledger_transactions movement
  JOIN ledger_entries entry ON entry.transaction_id = movement.id
  JOIN rentals rental ON rental.id = movement.rental_id
  LEFT JOIN provider_accounts account ON account.id = rental.account
  WHERE movement.posted_at > $1 AND entry.account IN ('revenue', 'write_off', 'upstream_cost')
  GROUP BY rental.account
  ORDER BY sum(amount) FILTER (WHERE entry.account = 'revenue') DESC NULLS LAST, rental.account`

const toProvider = (row: ProviderRow): Books['providers'][number] => ({
  account: row.account,
  displayName: row.display_name,
  rentals: row.rentals,
  ...takingsOf({
    revenue: BigInt(row.revenue),
    writeOff: BigInt(row.write_off),
    upstreamCost: BigInt(row.upstream_cost),
  }),
})
