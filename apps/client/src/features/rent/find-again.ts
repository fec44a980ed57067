import type { ApiClient } from '@berth/contract/client'
import type { OfferView } from '@berth/contract/schemas/catalog'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import { isOffMarket } from '../../shared/api/failure.ts'
import { chooseOffer, machineOf, type AgainChoice } from './again.ts'

const MOST_OFFERS = 200

/** What of the market comes nearest to a pod that nobody offers any more, and as what. */
export interface Nearest {
  by: 'model' | 'memory' | 'market'
  /** Of the market's address. */
  query: Record<string, string>
}

export type Found = { rental: RentalDetail } & (
  | { choice: AgainChoice; nearest: null }
  | { choice: null; nearest: Nearest }
)

/** Looks for the offer on which this pod is had again. */
export async function findAgain(api: ApiClient, rentalId: string): Promise<Found> {
  const rental = await api.rentals.get({ params: { id: rentalId } })
  const choice = chooseOffer(rental, await likeOffers(api, rental))
  return choice
    ? { rental, choice, nearest: null }
    : { rental, choice: null, nearest: await nearestTo(api, rental) }
}

/** Cheapest first; with the very offer it had, however dear it is by now. */
async function likeOffers(api: ApiClient, rental: RentalDetail): Promise<OfferView[]> {
  const { items, nextCursor } = await api.catalog.listings({
    query: {
      gpu: rental.gpu.key,
      gpuCount: String(rental.gpuCount),
      pageSize: MOST_OFFERS,
      ...(rental.spot ? {} : { spot: 'false' as const }),
    },
  })
  const { offerId } = machineOf(rental)
  if (nextCursor === null || items.some(({ id }) => id === offerId)) return items
  const same = await api.catalog.offer({ params: { id: offerId } }).catch((error: unknown) => {
    if (isOffMarket(error)) return null
    throw error
  })
  return same ? [...items, same] : items
}

async function nearestTo(api: ApiClient, { gpu }: RentalDetail): Promise<Nearest> {
  const steps: Nearest[] = [
    { by: 'model', query: { q: gpu.model } },
    ...(gpu.memoryGib > 0 ? [{ by: 'memory' as const, query: { minMemoryGib: String(gpu.memoryGib) } }] : []),
  ]
  for (const step of steps) {
    const { total } = await api.catalog.listings({ query: { ...step.query, pageSize: 1 } })
    if (total > 0) return step
  }
  return { by: 'market', query: {} }
}
