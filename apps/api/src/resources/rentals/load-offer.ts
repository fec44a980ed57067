import type { ChargingTerms } from '@berth/contract/charging'
import type { Offer } from '@berth/contract/offer'
import type { EnvValues } from '@berth/contract/pod-environment'
import { MAX_OFFER_AGE_MS, OfferEntity } from '@berth/entities/offer'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'

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
  if (!account) throw gone()
  const providerName = account.displayName ?? account.provider
  if (account.status !== 'on') {
    throw problem(
      'offer_gone',
      `${providerName} takes no new pods at the moment. Choose another offer; nothing was charged.`,
    )
  }
  const stored = await dataSource
    .getRepository(OfferEntity)
    .findOneBy({ account: account.id, offerKey: offerId.slice(separator + 1) })
  if (!stored || Date.now() - stored.refreshedAt.getTime() > MAX_OFFER_AGE_MS) throw gone()
  return {
    offer: stored.offer.offer,
    providerName,
    teardownSeconds: account.terms?.teardownSeconds ?? 0,
    environment: account.terms?.environment ?? 'lines',
    charging: account.charging,
  }
}

const gone = () =>
  problem('offer_gone', 'This offer is no longer on the market. Choose another one; nothing was charged.')
