import { priceWithDisk } from '@berth/contract/offer'
import type { OfferView } from '@berth/contract/schemas/catalog'
import type { RentalDetail } from '@berth/contract/schemas/rentals'

/** Why this offer was chosen for a pod that is rented again. */
export const AGAIN_REASONS = ['same', 'cheapest', 'nearby', 'elsewhere', 'only_failed'] as const
export type AgainReason = (typeof AGAIN_REASONS)[number]

export interface AgainChoice {
  offer: OfferView
  why: AgainReason
}

/** Who keeps people where they were: up to a tenth more is worth the provider and the country that they know. */
const WORTH_STAYING = 1.1

/**
 * The offer on which the same is had again: the very one, else the cheapest that is as good, at the provider and in the
 * country it was where that costs little more. A provider that could not start it comes last. Null where there is none.
 */
export function chooseOffer(rental: RentalDetail, offers: readonly OfferView[]): AgainChoice | null {
  const fitting = offers.filter((offer) => isAsGood(offer, rental))
  const failed = new Set(failedAt(rental).map(({ provider }) => provider))
  const trusted = fitting.filter(({ provider }) => !failed.has(provider))
  if (failed.size > 0) {
    const elsewhere = byPrice(trusted, rental)[0]
    if (elsewhere) return { offer: elsewhere, why: 'elsewhere' }
    const again = byPrice(fitting, rental)[0]
    return again ? { offer: again, why: 'only_failed' } : null
  }
  const { offerId } = machineOf(rental)
  const same = offers.find(({ id }) => id === offerId)
  return same ? { offer: same, why: 'same' } : nearestOf(trusted, rental)
}

/** Where a pod that never started was tried in vain, each provider once; nobody for one that ran. */
export function failedAt(rental: RentalDetail): { provider: string; name: string }[] {
  const { readyAt, endReason, attempts } = rental
  if (readyAt !== null || (endReason !== 'failed' && endReason !== 'no_capacity')) return []
  const tried = attempts.filter(({ outcome }) => outcome !== 'cancelled')
  const names = new Map(tried.map(({ provider, providerName }) => [provider, providerName]))
  if (names.size === 0) names.set(rental.provider, rental.providerName)
  return [...names].map(([provider, name]) => ({ provider, name }))
}

/** Which offer the pod really ran on: another than it was rented on where that one refused. */
export function machineOf(rental: RentalDetail): { offerId: string; provider: string } {
  return rental.attempts.find(({ outcome }) => outcome === 'ready') ?? rental
}

/** A spot pod may become one that stays and a container a machine of one's own, never the other way round. */
function isAsGood(offer: OfferView, rental: RentalDetail): boolean {
  return (
    offer.gpu.key === rental.gpu.key &&
    offer.gpuCount === rental.gpuCount &&
    (rental.spot || !offer.spot) &&
    (rental.podKind === 'container' || offer.podKind === 'vm') &&
    offer.disk.maxGib >= rental.diskGib &&
    (rental.image === null || offer.terms.images === 'any')
  )
}

/** All-in, with the disk it had. */
const priceOf = (offer: OfferView, { diskGib }: RentalDetail): number => priceWithDisk(offer, diskGib)

const byPrice = (offers: readonly OfferView[], rental: RentalDetail): OfferView[] =>
  [...offers].sort((a, b) => priceOf(a, rental) - priceOf(b, rental))

function nearestOf(offers: readonly OfferView[], rental: RentalDetail): AgainChoice | null {
  const ordered = byPrice(offers, rental)
  const cheapest = ordered[0]
  if (!cheapest) return null
  const most = priceOf(cheapest, rental) * WORTH_STAYING
  const worthIt = ordered.filter((offer) => priceOf(offer, rental) <= most)
  const [offer = cheapest] = worthIt.sort((a, b) => closeness(b, rental) - closeness(a, rental))
  const isCheapest = priceOf(offer, rental) === priceOf(cheapest, rental)
  return { offer, why: isCheapest ? 'cheapest' : 'nearby' }
}

/** The provider weighs more than the country: it is where one's habits are. */
function closeness({ provider, region }: OfferView, rental: RentalDetail): number {
  const { code, country } = rental.region
  const isThere = region.code === code || (country !== null && region.country === country)
  return (provider === machineOf(rental).provider ? 2 : 0) + (isThere ? 1 : 0)
}
