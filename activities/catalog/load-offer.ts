import type { Offer, UpstreamOffer } from '@berth/contract/offer'
import { MAX_OFFER_AGE_MS, OfferEntity } from '@berth/entities/offer'
import { ProviderAccountEntity, type ProviderStatus } from '@berth/entities/provider-account'
import type { CatalogDeps } from './catalog-deps.ts'
import { parseOfferId } from './offer-id.ts'
import { toUpstreamOffer } from './to-catalog-record.ts'

export interface LoadedOffer {
  account: string
  /** Anything but `on` takes no new rentals. */
  status: ProviderStatus
  /** As its adapter told it, launch data included: what `Provider.launch` takes. */
  offer: UpstreamOffer
  /** As the market shows it. */
  listed: Offer
  priceMicrosPerHour: number
}

/** One offer, for launching it now. Null when it has vanished, or nothing has confirmed it for ten minutes. */
export async function loadOffer(
  { dataSource, clock }: Pick<CatalogDeps, 'dataSource' | 'clock'>,
  { offerId }: { offerId: string },
): Promise<LoadedOffer | null> {
  const name = parseOfferId(offerId)
  const stored = await dataSource.getRepository(OfferEntity).findOneBy(name)
  if (!stored || clock.now().getTime() - stored.refreshedAt.getTime() > MAX_OFFER_AGE_MS) return null
  const { status } = await dataSource
    .getRepository(ProviderAccountEntity)
    .findOneByOrFail({ id: name.account })
  const listed = stored.offer.offer
  return {
    account: name.account,
    status,
    offer: toUpstreamOffer(stored.offer),
    listed,
    priceMicrosPerHour: listed.priceMicrosPerHour,
  }
}
