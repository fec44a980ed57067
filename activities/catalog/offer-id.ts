import { DomainError } from '@berth/contract/errors'

/** An offer of one account; keys may hold colons, accounts never do. */
export interface OfferName {
  account: string
  offerKey: string
}

export const offerIdOf = ({ account, offerKey }: OfferName): string => `${account}:${offerKey}`

/** Throws `invalid_request` for what is no offer id. */
export function parseOfferId(offerId: string): OfferName {
  const colon = offerId.indexOf(':')
  if (colon < 1 || colon === offerId.length - 1) {
    throw new DomainError('invalid_request', `"${offerId}" is no offer id. It looks like "runpod:…".`)
  }
  return { account: offerId.slice(0, colon), offerKey: offerId.slice(colon + 1) }
}
