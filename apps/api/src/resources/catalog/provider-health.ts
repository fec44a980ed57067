import type { ProviderHealth } from '@berth/contract/schemas/catalog'
import type { MarketAccount } from './market-account.ts'

/** Offers change within seconds; nobody should take a list for fresh that is older than three refreshes. */
const DEGRADED_AFTER_MS = 90_000

/** How an account does, and why not better, in the provider's own words where it gave any. */
export function providerHealth(account: MarketAccount, offers: number, nowMs: number): ProviderHealth {
  const { provider, seller, lastSuccessAtMs, latencyMs } = account
  return {
    provider,
    displayName: seller.displayName,
    ...condition(account, nowMs),
    offers,
    refreshedAt: lastSuccessAtMs === null ? null : new Date(lastSuccessAtMs).toISOString(),
    latencyMs,
  }
}

type Condition = Pick<ProviderHealth, 'status' | 'cause' | 'reason'>

function condition(account: MarketAccount, nowMs: number): Condition {
  const { switchedTo, switchReason, lastSuccessAtMs, lastError, lastErrorAtMs } = account
  if (switchedTo === 'off') return { status: 'off', cause: 'switched', reason: switchReason }
  if (switchedTo === 'drain') return { status: 'draining', cause: 'switched', reason: switchReason }
  if (lastErrorAtMs !== null && lastErrorAtMs > (lastSuccessAtMs ?? 0)) {
    return { status: 'degraded', cause: 'failing', reason: lastError }
  }
  if (lastSuccessAtMs === null) {
    return { status: 'degraded', cause: 'unread', reason: 'Its offers have not been read yet.' }
  }
  const ageMs = nowMs - lastSuccessAtMs
  if (ageMs > DEGRADED_AFTER_MS) {
    const reason = `Its offers were last read ${Math.floor(ageMs / 1000)} s ago.`
    return { status: 'degraded', cause: 'stale', reason }
  }
  return { status: 'ok', cause: null, reason: null }
}
