import type { Facets, ListingQuery, OfferView, ProviderHealth } from '@berth/contract/schemas/catalog'
import type { DataSource } from 'typeorm'
import { createAccountSlice, type AccountSlice } from './account-slice.ts'
import { countFacets } from './count-facets.ts'
import { listOffers, type OfferPage } from './list-offers.ts'
import { offerView } from './listed-offer.ts'
import type { ListingFilters } from './listing-filters.ts'
import { readAccounts, type MarketAccount } from './market-account.ts'
import { marketSnapshot, type MarketSnapshot } from './market-snapshot.ts'
import type { OffMarket } from './off-market.ts'
import { providerHealth } from './provider-health.ts'
import { revalidated } from './revalidated.ts'

export interface Market {
  /** One page of what can be rented now. Throws `invalid_request` for a cursor or count it can't read. */
  query: (query: ListingQuery) => Promise<OfferPage & { providers: ProviderHealth[] }>
  /** Throws `invalid_request` for a count it can't read. */
  facets: (filters: ListingFilters) => Promise<Facets>
  /** Null when it is not on the market (any more). */
  find: (offerId: string) => Promise<OfferView | null>
  /** What is known of an offer that `find` does not have. */
  offMarket: (offerId: string) => Promise<OffMarket>
  /** An account's offers or health have changed: reads them again now. Settles when that is done; never rejects. */
  invalidate: (account: string) => Promise<void>
}

interface MarketDeps {
  dataSource: DataSource
  clock: { now: () => Date }
  /** How long what was read is taken for fresh when nobody tells otherwise; default 30 s. */
  ttlMs?: number
  /** A read behind an answer failed: what was read before is still shown. */
  onError: (error: unknown) => void
}

/**
 * The whole market in memory. Each account's slice is read on its own, so a query waits for the database only before
 * the first load; later it is answered at once and what is past its time is read behind the answer.
 */
export function createMarket({ dataSource, clock, ttlMs = 30_000, onError }: MarketDeps): Market {
  const now = (): number => clock.now().getTime()
  const slices = new Map<string, AccountSlice>()
  let accounts: readonly MarketAccount[] = []
  let snapshot: MarketSnapshot | null = null
  let isOpen = false

  const roster = revalidated({
    load: () => readAccounts(dataSource),
    ttlMs,
    now,
    onError,
    onLoaded: (loaded) => {
      accounts = loaded
      snapshot = null
    },
  })
  const sliceOf = (account: string): AccountSlice => {
    const onLoaded = (): void => {
      snapshot = null
    }
    const slice =
      slices.get(account) ?? createAccountSlice({ dataSource, account, ttlMs, now, onLoaded, onError })
    slices.set(account, slice)
    return slice
  }
  const open = async (): Promise<void> => {
    await roster.first()
    await Promise.all(accounts.map(({ id }) => sliceOf(id).first()))
    isOpen = true
  }
  const current = async (): Promise<MarketSnapshot> => {
    if (!isOpen) await open()
    roster.touch()
    for (const { id } of accounts) sliceOf(id).touch()
    const selling = accounts.filter(({ switchedTo }) => switchedTo === 'on')
    return (snapshot ??= marketSnapshot(
      accounts,
      selling.flatMap(({ id, seller }) => sliceOf(id).listings(seller)),
    ))
  }

  return {
    query: async (query) => {
      const market = await current()
      return { ...listOffers(market, query, now()), providers: healthOf(market, now()) }
    },
    facets: async (filters) => countFacets((await current()).current(now()), filters),
    find: async (offerId) => {
      const listed = (await current()).find(offerId, now())
      return listed ? offerView(listed, now()) : null
    },
    offMarket: async (offerId) => {
      const { accounts } = await current()
      const account = accounts.find(({ id }) => offerId.startsWith(`${id}:`))
      if (!account) return { closed: null, gpu: undefined }
      const { displayName: providerName } = account.seller
      const closed = account.switchedTo === 'on' ? null : { providerName, reason: account.switchReason }
      return { closed, gpu: sliceOf(account.id).gpuOf(offerId) }
    },
    invalidate: async (account) => {
      await Promise.all([roster.invalidate(), sliceOf(account).invalidate()])
    },
  }
}

function healthOf(market: MarketSnapshot, nowMs: number): ProviderHealth[] {
  const offers = new Map<string, number>()
  for (const { offer } of market.current(nowMs)) {
    offers.set(offer.account, (offers.get(offer.account) ?? 0) + 1)
  }
  return market.accounts.map((account) => providerHealth(account, offers.get(account.id) ?? 0, nowMs))
}
