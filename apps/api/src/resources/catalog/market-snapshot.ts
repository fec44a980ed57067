import { MAX_OFFER_AGE_MS } from '@berth/entities/offer'
import type { ListedOffer } from './listed-offer.ts'
import {
  comparePositions,
  positionOf,
  type ListingDirection,
  type ListingSort,
  type Position,
} from './listing-order.ts'
import type { MarketAccount } from './market-account.ts'
import { nativeTwins } from './resold-offers.ts'

interface Placed {
  listed: ListedOffer
  position: Position
}

/** The market as it was after one load: it never changes; a new load makes a new one. */
export interface MarketSnapshot {
  accounts: readonly MarketAccount[]
  /** Whether people are shown it now: not older than ten minutes, and not an aggregator's of what is on sale natively. */
  isShown: (listed: ListedOffer, nowMs: number) => boolean
  /** All that is shown now. */
  current: (nowMs: number) => readonly ListedOffer[]
  /** Anything that can be rented now, shown or not: a link to it stays good. */
  find: (offerId: string, nowMs: number) => ListedOffer | null
  /** Sorted once for each ordering that anybody asks for, so that a query only filters. */
  ordered: (sort: ListingSort, direction: ListingDirection) => readonly Placed[]
}

const isCurrent = (listed: ListedOffer, nowMs: number): boolean =>
  nowMs - listed.refreshedAtMs <= MAX_OFFER_AGE_MS

export function marketSnapshot(
  accounts: readonly MarketAccount[],
  listings: readonly ListedOffer[],
): MarketSnapshot {
  const byId = new Map(listings.map((listed) => [listed.offer.id, listed]))
  const orderings = new Map<string, Placed[]>()
  const twins = nativeTwins(listings)
  const isShown = (listed: ListedOffer, nowMs: number): boolean =>
    isCurrent(listed, nowMs) && !twins.get(listed)?.some((native) => isCurrent(native, nowMs))
  return {
    accounts,
    isShown,
    current: (nowMs) => listings.filter((listed) => isShown(listed, nowMs)),
    find: (offerId, nowMs) => {
      const listed = byId.get(offerId)
      return listed && isCurrent(listed, nowMs) ? listed : null
    },
    ordered: (sort, direction) => {
      const name = `${sort} ${direction}`
      const known = orderings.get(name)
      if (known) return known
      const placed = listings
        .map((listed) => ({ listed, position: positionOf(listed, sort) }))
        .sort((a, b) => comparePositions(a.position, b.position, direction))
      orderings.set(name, placed)
      return placed
    },
  }
}
