import { DomainError } from '@berth/contract/errors'
import type { UpstreamOffer } from '@berth/contract/offer'
import type { Provider } from '../providers/port.ts'
import { ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'
import type { CatalogDeps } from './catalog-deps.ts'
import { beginRefresh, recordFailure, type RefreshRun } from './refresh-run.ts'
import { unfitReason } from './to-catalog-record.ts'
import { writeOffers } from './write-offers.ts'

export type RefreshAnswer =
  | {
      ok: true
      offers: number
      latencyMs: number
      /** Listed offers that can't be sold, with why; the first few. */
      unfit: string[]
    }
  | { ok: false; reason: 'failed'; kind: ProviderErrorKind; words: string; retryAfterMs: number | null }
  /** `off`: the operator switched it off, nobody was asked. `superseded`: a later refresh has begun meanwhile. */
  | { ok: false; reason: 'off' | 'superseded' }

const LIST_TIMEOUT_MS = 30_000
const UNFIT_SHOWN = 5

/**
 * Asks one account what can be had and replaces its slice of the market in one transaction. Whatever goes wrong at the
 * provider is an answer, recorded in the provider's words, and leaves the offers last heard of with their age; so one
 * broken provider costs the others nothing. Safe to repeat; only our own database's errors are thrown.
 */
export async function refreshOffers(
  deps: CatalogDeps,
  { account }: { account: string },
  signal: AbortSignal,
): Promise<RefreshAnswer> {
  const provider = deps.providers.get(account)
  if (!provider) {
    throw new DomainError('unknown_account', `This worker has no adapter for the account "${account}".`)
  }
  const run = await beginRefresh(deps, provider)
  if (run.status === 'off') return { ok: false, reason: 'off' }
  const listed = await list(provider, run, signal, deps.settings.listTimeoutMs ?? LIST_TIMEOUT_MS)
  if (!listed.ok) {
    const { error, latencyMs } = listed
    const isCurrent = await recordFailure(deps, run, { words: error.words, latencyMs })
    if (!isCurrent) return { ok: false, reason: 'superseded' }
    return {
      ok: false,
      reason: 'failed',
      kind: error.kind,
      words: error.words,
      retryAfterMs: error.retryAfterMs,
    }
  }
  const { offers, unfit } = sift(listed.offers)
  const written = await writeOffers(deps, { provider, run, offers, latencyMs: listed.latencyMs })
  if (!written) return { ok: false, reason: 'superseded' }
  return { ok: true, offers: offers.length, latencyMs: listed.latencyMs, unfit: unfit.slice(0, UNFIT_SHOWN) }
}

type Listed =
  | { ok: true; offers: UpstreamOffer[]; latencyMs: number }
  | { ok: false; error: ProviderError; latencyMs: number }

async function list(
  provider: Provider,
  run: RefreshRun,
  cancelled: AbortSignal,
  timeoutMs: number,
): Promise<Listed> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const begun = performance.now()
  const latencyMs = (): number => Math.round(performance.now() - begun)
  try {
    const offers = await provider.listOffers(AbortSignal.any([cancelled, timeout]))
    return { ok: true, offers, latencyMs: latencyMs() }
  } catch (error) {
    // Why: a worker that is shutting down says nothing about the provider.
    cancelled.throwIfAborted()
    if (timeout.aborted) {
      const words = `no list of offers within ${timeoutMs / 1000} s`
      return { ok: false, error: failure(run, 'unavailable', words, error), latencyMs: latencyMs() }
    }
    if (error instanceof ProviderError) return { ok: false, error, latencyMs: latencyMs() }
    const words = error instanceof Error ? error.message : String(error)
    return { ok: false, error: failure(run, 'protocol', words, error), latencyMs: latencyMs() }
  }
}

const failure = (
  { provider }: RefreshRun,
  kind: ProviderErrorKind,
  words: string,
  cause: unknown,
): ProviderError => new ProviderError({ provider, kind, words, cause })

/** One malformed or doubled line of a provider's list never costs the rest of it. */
function sift(listed: UpstreamOffer[]): { offers: UpstreamOffer[]; unfit: string[] } {
  const offers = new Map<string, UpstreamOffer>()
  const unfit: string[] = []
  for (const offer of listed) {
    const reason = offers.has(offer.key) ? 'listed twice' : unfitReason(offer)
    if (reason === null) offers.set(offer.key, offer)
    else unfit.push(`${offer.key.slice(0, 80)}: ${reason}`)
  }
  return { offers: [...offers.values()], unfit }
}
