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
  const stored = await dataSource
    .getRepository(OfferEntity)
    .findOneBy({ account: account.id, offerKey: offerId.slice(separator + 1) })
  const gpu = stored?.offer.offer.gpu.key
  if (account.status !== 'on') throw closed({ providerName, reason: account.reason, gpu })
  if (!stored || Date.now() - stored.refreshedAt.getTime() > MAX_OFFER_AGE_MS) throw gone(gpu)
  return {
    offer: stored.offer.offer,
    providerName,
    teardownSeconds: account.terms?.teardownSeconds ?? 0,
    environment: account.terms?.environment ?? 'lines',
    charging: account.charging,
  }
}

const gone = (gpu?: string) =>
  problem(
    'offer_gone',
    'This offer is no longer on the market. Choose another one; nothing was charged.',
    gpu === undefined ? {} : { data: sameGpu(gpu) },
  )

interface Closed {
  providerName: string
  /** What the operator said, or the provider itself; the market shows it too. */
  reason: string | null
  gpu: string | undefined
}

function closed({ providerName, reason, gpu }: Closed) {
  const why = reason === null ? ' at the moment' : `: ${reason.trim().replace(/\.$/, '')}`
  return problem(
    'offer_gone',
    `${providerName} takes no new pods${why}. Choose another offer; nothing was charged.`,
    { data: { providerName, reason, ...(gpu === undefined ? {} : sameGpu(gpu)) } },
  )
}

/** Where the next best offers of the same GPU are. */
const sameGpu = (gpu: string) => ({
  gpu,
  alternatives: `/v1/catalog/listings?gpu=${encodeURIComponent(gpu)}`,
})
