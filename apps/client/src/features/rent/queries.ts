import type { NewRental } from '@berth/contract/schemas/rentals'
import { useMutation, useQuery, useQueryCache } from '@pinia/colada'
import { computed, type Ref } from 'vue'
import { createIntent } from '../../shared/api/intent.ts'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'
import { useSession } from '../../shared/api/session-store.ts'
import { useApi } from '../../shared/api/use-api.ts'

export function useOffer(id: () => string | null) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.offer(id() ?? ''),
    enabled: () => id() !== null,
    query: ({ signal }) => api.catalog.offer({ params: { id: id() ?? '' }, signal }),
  })
}

/** The live quote; asked again whenever the choices or the wallet change. */
export function usePreview(body: Readonly<Ref<Pick<NewRental, 'offerId' | 'duration' | 'diskGib'> | null>>) {
  const api = useApi()
  const session = useSession()
  return useQuery({
    key: () => queryKeys.preview({ ...body.value }),
    enabled: () => session.signedIn && body.value !== null,
    staleTime: 5000,
    query: ({ signal }) => {
      if (!body.value) throw new Error('a quote needs an offer and a duration')
      return api.rentals.preview({ body: body.value, signal })
    },
    placeholderData: (previous) => previous,
  })
}

/** Of so many the nearest are chosen. */
const SIMILAR_LOOKED_AT = 20

/** The cheapest offers of the same GPU, for when this one is gone; none that may be taken back for one that may not. */
export function useSimilarOffers(wish: () => { gpu: string; onDemand: boolean }) {
  const api = useApi()
  const query = computed(() => {
    const { gpu, onDemand } = wish()
    return { gpu, pageSize: SIMILAR_LOOKED_AT, ...(onDemand && { spot: 'false' as const }) }
  })
  return useQuery({
    key: () => queryKeys.listings({ similarTo: query.value }),
    query: ({ signal }) => api.catalog.listings({ query: query.value, signal }),
  })
}

/** Rents. The key of an attempt whose outcome is unknown is kept, so that pressing again cannot rent twice. */
export function useRent() {
  const api = useApi()
  const cache = useQueryCache()
  const refresh = useRefresh()
  const intent = createIntent()
  return useMutation({
    mutation: (body: NewRental) => api.rentals.create({ body, idempotencyKey: intent.keyFor(body) }),
    onSuccess: (rental) => {
      intent.settle()
      cache.setQueryData(queryKeys.rental(rental.id), rental)
      refresh(queryKeys.rentals, queryKeys.wallet)
    },
    onError: (error) => {
      intent.settle(error)
      refresh(queryKeys.wallet)
    },
  })
}
