import type { OperatorProvider } from '@berth/contract/schemas/operator'
import { MAX_OFFER_AGE_MS } from '@berth/entities/offer'
import type { ProviderStatus } from '@berth/entities/provider-account'
import type { DataSource } from 'typeorm'
import { databaseNow } from '../../database-now.ts'

interface Row {
  id: string
  provider: string
  display_name: string | null
  status: ProviderStatus
  reason: string | null
  last_success_at: Date | null
  last_error: string | null
  last_error_at: Date | null
  latency_ms: number | null
  offers: number
  live_pods: number
  finished: number
  ready: number
}

/** Every upstream account, or one, with what an operator decides a switch by. */
export async function listProviders(
  dataSource: DataSource,
  account: string | null = null,
): Promise<{ items: OperatorProvider[]; asOf: string }> {
  const asOf = await databaseNow(dataSource)
  const rows = await dataSource.query<Row[]>(ACCOUNTS, [account, asOf, MAX_OFFER_AGE_MS / 1000])
  return { items: rows.map(toProvider), asOf: asOf.toISOString() }
}

/** Each figure by an index on the account (or on live rentals), never by a table's whole length. */
const ACCOUNTS = `
  SELECT account.id, account.provider, account.display_name, account.status, account.reason, account.last_success_at,
    account.last_error, account.last_error_at, account.latency_ms,
    (SELECT count(*)::int FROM offers
     WHERE offers.account = account.id AND refreshed_at > $2::timestamptz - make_interval(secs => $3)) AS offers,
    (SELECT count(*)::int FROM rentals
     WHERE rentals.account = account.id AND phase <> 'ended' AND pod_id IS NOT NULL) AS live_pods,
    coalesce(launches.finished, 0) AS finished, coalesce(launches.ready, 0) AS ready
  FROM provider_accounts account
  LEFT JOIN LATERAL (
    SELECT count(*)::int AS finished, (count(*) FILTER (WHERE outcome = 'ready'))::int AS ready
    FROM launch_attempts attempt JOIN launch_outcomes ON attempt_id = attempt.id
    WHERE attempt.account = account.id AND attempt.started_at > $2::timestamptz - interval '1 day'
      AND outcome <> 'cancelled') launches ON true
  WHERE $1::text IS NULL OR account.id = $1
  ORDER BY coalesce(account.display_name, account.provider), account.id`

const toProvider = (row: Row): OperatorProvider => ({
  account: row.id,
  provider: row.provider,
  displayName: row.display_name ?? row.provider,
  status: row.status,
  reason: row.reason,
  lastSuccessAt: row.last_success_at?.toISOString() ?? null,
  lastError: row.last_error,
  lastErrorAt: row.last_error_at?.toISOString() ?? null,
  latencyMs: row.latency_ms,
  offers: row.offers,
  livePods: row.live_pods,
  launches: { finished: row.finished, ready: row.ready },
})
