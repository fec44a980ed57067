import type { Offer } from '@berth/contract/offer'
import type { OfferView } from '@berth/contract/schemas/catalog'
import type { Seller } from './market-account.ts'
import { searchText } from './search-text.ts'

/** An offer with all that a query needs worked out once, when its slice is loaded. */
export interface ListedOffer {
  offer: Offer
  seller: Seller
  refreshedAtMs: number
  /** Model and key without spaces or punctuation, so that "rtx-4090" and "RTX 4090" are one filter value. */
  modelName: string
  search: string
}

export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

export function listedOffer(offer: Offer, seller: Seller): ListedOffer {
  return {
    offer,
    seller,
    refreshedAtMs: Date.parse(offer.refreshedAt),
    modelName: plainName(offer.gpu.model),
    search: searchText(offer, seller.displayName),
  }
}

export const isCpuOnly = (offer: Offer): boolean => offer.gpuCount === 0

/** What the API answers: the age at this instant and what stopping means there, never how it is launched. */
export function offerView({ offer, seller, refreshedAtMs }: ListedOffer, nowMs: number): OfferView {
  const { key: _key, account: _account, ...shown } = offer
  return {
    ...shown,
    providerName: seller.displayName,
    ageSeconds: Math.max(0, Math.floor((nowMs - refreshedAtMs) / 1000)),
    terms: seller.terms,
    charging: seller.charging,
  }
}
