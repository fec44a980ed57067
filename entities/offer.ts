import type { Offer, UpstreamOffer } from '@berth/contract/offer'
import { instant, json, primary, text } from './columns.ts'
import { table } from './table.ts'

/** An offer that no refresh has confirmed for so long is not sold any more, whatever its provider's silence means. */
export const MAX_OFFER_AGE_MS = 10 * 60_000

/** What is shown and sold, and beside it what only a launch needs; the API answers `offer` and never the rest. */
export interface CatalogRecord extends Pick<UpstreamOffer, 'launchData' | 'upstreamDiskMicrosPerGibHour'> {
  offer: Offer
}

/** What a provider account said can be had, with our price; all of an account's are replaced at each refresh. */
export interface StoredOffer {
  account: string
  offerKey: string
  offer: CatalogRecord
  refreshedAt: Date
}

export const OfferEntity = table<StoredOffer>('offers', {
  columns: { account: primary(text()), offerKey: primary(text()), offer: json(), refreshedAt: instant() },
  references: [{ on: 'account', table: 'provider_accounts' }],
})
