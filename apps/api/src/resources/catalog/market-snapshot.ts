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

interface Placed {
  listed: ListedOffer
  position: Position
}

/** The market as it was after one load: it never changes; a new load makes a new one. */
export interface MarketSnapshot {
  accounts: readonly MarketAccount[]
  /** What can be rented now: not older than ten minutes. */
  current: (nowMs: number) => readonly ListedOffer[]
  find: (offerId: string, nowMs: number) => ListedOffer | null
  /** Sorted once for each ordering that anybody asks for, so that a query only filters. */
  ordered: (sort: ListingSort, direction: ListingDirection) => readonly Placed[]
}

export const isCurrent = (listed: ListedOffer, nowMs: number): boolean =>
  nowMs - listed.refreshedAtMs <= MAX_OFFER_AGE_MS

export function marketSnapshot(
  accounts: readonly MarketAccount[],
  listings: readonly ListedOffer[],
): MarketSnapshot {
  const byId = new Map(listings.map((listed) => [listed.offer.id, listed]))
  const orderings = new Map<string, Placed[]>()
  return {
    accounts,
    current: (nowMs) => listings.filter((listed) => isCurrent(listed, nowMs)),
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
