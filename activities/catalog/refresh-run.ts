import type { ProviderStatus } from '@berth/entities/provider-account'
import type { EntityManager } from 'typeorm'
import type { Provider } from '../providers/port.ts'
import { announceOffers } from './announce-offers.ts'
import type { CatalogDeps } from './catalog-deps.ts'

export interface RefreshRun {
  account: string
  provider: string
  startedAt: Date
  status: ProviderStatus
}

/** Notes the start, and what the adapter says of its provider, before the provider is asked. */
export async function beginRefresh(deps: CatalogDeps, provider: Provider): Promise<RefreshRun> {
  const startedAt = deps.clock.now()
  const { stopStart, teardownSeconds, images, ports, environment } = provider.capabilities
  const rows: { status: ProviderStatus }[] = await deps.dataSource.query(
    `INSERT INTO provider_accounts AS known
       (id, provider, display_name, terms, status, last_refresh_started_at, updated_at)
     VALUES ($1, $2, $3, $4, 'on', $5, $5)
     ON CONFLICT (id) DO UPDATE SET provider = excluded.provider, display_name = excluded.display_name,
       terms = excluded.terms, updated_at = excluded.updated_at,
       last_refresh_started_at = greatest(known.last_refresh_started_at, excluded.last_refresh_started_at)
     RETURNING status`,
    [
      provider.account,
      provider.name,
      provider.displayName,
      JSON.stringify({ stopStart, teardownSeconds, images, ports, environment }),
      startedAt,
    ],
  )
  return { account: provider.account, provider: provider.name, startedAt, status: rows[0]?.status ?? 'on' }
}

/**
 * True when no later refresh has begun: an attempt that outlived its own time limit must not overwrite newer news.
 * Takes the account's lock for the rest of the transaction.
 */
export async function isLatest(manager: EntityManager, { account, startedAt }: RefreshRun): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    'SELECT FROM provider_accounts WHERE id = $1 AND last_refresh_started_at <= $2 FOR NO KEY UPDATE',
    [account, startedAt],
  )
  return rows.length === 1
}

/** Keeps the offers as they are. Returns false when a later refresh has begun. */
export async function recordFailure(
  deps: CatalogDeps,
  run: RefreshRun,
  { words, latencyMs }: { words: string; latencyMs: number },
): Promise<boolean> {
  return deps.dataSource.transaction(async (manager) => {
    if (!(await isLatest(manager, run))) return false
    await manager.query(
      `UPDATE provider_accounts SET last_error = $2, last_error_at = $3, latency_ms = $4, updated_at = $3
       WHERE id = $1`,
      [run.account, words, deps.clock.now(), latencyMs],
    )
    await announceOffers(manager, run.account)
    return true
  })
}
