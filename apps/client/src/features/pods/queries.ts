import type { ExtendRental, RentalDetail, RentalView } from '@berth/contract/schemas/rentals'
import { useInfiniteQuery, useMutation, useQuery, useQueryCache } from '@pinia/colada'
import { computed } from 'vue'
import { createIntent } from '../../shared/api/intent.ts'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'
import { useServerClock } from '../../shared/live/server-clock.ts'

const PAGE_SIZE = 50
const TIMELINE_SIZE = 200

/**
 * A stop ends billing the moment it is recorded, and its pod is told however long the workers take to come to it: nobody is
 * to be offered a running pod meanwhile.
 */
const asAskedFor = <R extends RentalView>(rental: R): R =>
  rental.stopRequestedAt !== null && rental.phase !== 'ended' ? { ...rental, phase: 'stopping' } : rental

export function useRentals(state: 'live' | 'ended') {
  const api = useApi()
  const clock = useServerClock()
  const query = useInfiniteQuery({
    key: queryKeys.rentalList(state),
    initialPageParam: null as string | null,
    query: async ({ pageParam, signal }) => {
      const page = await api.rentals.list({
        query: { state, pageSize: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      })
      const first = page.items[0]
      if (first) clock.observe(first.meter.asOf)
      return page
    },
    getNextPageParam: (page) => page.nextCursor,
  })
  return {
    ...query,
    rentals: computed(() => query.data.value?.pages.flatMap((page) => page.items.map(asAskedFor))),
  }
}

export function useRental(id: () => string) {
  const api = useApi()
  const clock = useServerClock()
  return useQuery({
    key: () => queryKeys.rental(id()),
    query: async ({ signal }) => {
      const rental = await api.rentals.get({ params: { id: id() }, signal })
      clock.observe(rental.meter.asOf)
      return asAskedFor(rental)
    },
  })
}

export function useRentalEvents(id: () => string) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.rentalEvents(id()),
    query: async ({ signal }) =>
      (await api.rentals.events({ params: { id: id() }, query: { pageSize: TIMELINE_SIZE }, signal })).items,
  })
}

export function useRentalUsage(id: () => string) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.rentalUsage(id()),
    query: ({ signal }) => api.rentals.usage({ params: { id: id() }, signal }),
  })
}

function useTakeAnswer() {
  const cache = useQueryCache()
  const clock = useServerClock()
  const refresh = useRefresh()
  return (rental: RentalDetail): void => {
    clock.observe(rental.meter.asOf)
    cache.setQueryData(queryKeys.rental(rental.id), asAskedFor(rental))
    refresh(queryKeys.rentals, queryKeys.wallet)
  }
}

export function useStop() {
  const api = useApi()
  return useMutation({
    mutation: (id: string) => api.rentals.stop({ params: { id } }),
    onSuccess: useTakeAnswer(),
  })
}

/** The new name is shown before it is heard, and taken back where it is refused. */
export function useRenamePod() {
  const api = useApi()
  const cache = useQueryCache()
  const refresh = useRefresh()
  const show = (id: string, name: string) => {
    const key = queryKeys.rental(id)
    const shown = cache.getQueryData<RentalDetail>(key)
    if (shown) cache.setQueryData(key, { ...shown, name })
    return shown?.name ?? name
  }
  return useMutation({
    mutation: ({ id, name }: { id: string; name: string }) =>
      api.rentals.rename({ params: { id }, body: { name } }),
    onMutate: ({ id, name }) => {
      cache.cancelQueries({ key: queryKeys.rental(id), exact: true })
      return { before: show(id, name) }
    },
    onError: (_error, { id }, { before }) => {
      if (before !== undefined) show(id, before)
    },
    onSettled: () => refresh(queryKeys.rentals, queryKeys.wallet),
  })
}

export function useExtend() {
  const api = useApi()
  const intent = createIntent()
  const take = useTakeAnswer()
  return useMutation({
    mutation: ({ id, body }: { id: string; body: ExtendRental }) =>
      api.rentals.extend({ params: { id }, body, idempotencyKey: intent.keyFor({ id, body }) }),
    onSuccess: (rental) => {
      intent.settle()
      take(rental)
    },
    onError: (error) => intent.settle(error),
  })
}
