import type { ListingQuery, OfferView } from '@berth/contract/schemas/catalog'
import { offerView } from './listed-offer.ts'
import { compileFilters, matches } from './listing-filters.ts'
import { comparePositions, type Position } from './listing-order.ts'
import type { MarketSnapshot } from './market-snapshot.ts'
import { decodeCursor, encodeCursor } from './page-cursor.ts'

export interface OfferPage {
  items: OfferView[]
  nextCursor: string | null
  /** How many match on all pages together. */
  total: number
}

/**
 * One page. It begins after a position, not at an offset: when the market is refreshed between two pages, offers that
 * stayed the same are neither repeated nor left out. Throws `invalid_request` for a cursor or count it can't read.
 */
export function listOffers(snapshot: MarketSnapshot, query: ListingQuery, nowMs: number): OfferPage {
  const { sort, order, pageSize } = query
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, { sort, order })
  const filters = compileFilters(query)
  const items: OfferView[] = []
  let last: Position | null = null
  let total = 0
  let more = false
  for (const { listed, position } of snapshot.ordered(sort, order)) {
    if (!snapshot.isShown(listed, nowMs) || !matches(listed, filters)) continue
    total += 1
    if (after && comparePositions(position, after, order) <= 0) continue
    if (items.length === pageSize) {
      more = true
      continue
    }
    items.push(offerView(listed, nowMs))
    last = position
  }
  return { items, nextCursor: more && last ? encodeCursor({ sort, order, after: last }) : null, total }
}
