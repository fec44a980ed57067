import type { ChargingTerms } from '@berth/contract/charging'
import type { Offer } from '@berth/contract/offer'
import type { EnvValues } from '@berth/contract/pod-environment'
import { MAX_OFFER_AGE_MS, OfferEntity } from '@berth/entities/offer'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import type { DataSource } from 'typeorm'
import { offerGone } from '../catalog/off-market.ts'

export interface SoldOffer {
  offer: Offer
  providerName: string
  teardownSeconds: number
  /** Which values of environment variables it can hand to a pod. */
  environment: EnvValues
  /** What the offer says; an account may have terms of its own. */
  charging: ChargingTerms | null
}

/**
 * The offer as PostgreSQL has it now; what this process keeps in memory may be seconds older. Throws `offer_gone` where
 * it has vanished, was not confirmed for ten minutes, or its provider takes nothing new.
 */
export async function loadOffer(dataSource: DataSource, offerId: string): Promise<SoldOffer> {
  const separator = offerId.indexOf(':')
  const account = await dataSource
    .getRepository(ProviderAccountEntity)
    .findOneBy({ id: offerId.slice(0, Math.max(separator, 0)) })
  if (!account) throw offerGone({ closed: null, gpu: undefined })
  const providerName = account.displayName ?? account.provider
  const stored = await dataSource
    .getRepository(OfferEntity)
    .findOneBy({ account: account.id, offerKey: offerId.slice(separator + 1) })
  const gpu = stored?.offer.offer.gpu.key
  if (account.status !== 'on') {
    throw offerGone({ closed: { providerName, reason: account.reason }, gpu })
  }
  if (!stored || Date.now() - stored.refreshedAt.getTime() > MAX_OFFER_AGE_MS) {
    throw offerGone({ closed: null, gpu })
  }
  return {
    offer: stored.offer.offer,
    providerName,
    teardownSeconds: account.terms?.teardownSeconds ?? 0,
    environment: account.terms?.environment ?? 'lines',
    charging: account.charging,
  }
}
