import type { SwitchProvider } from '@berth/contract/schemas/operator'
import { useInfiniteQuery, useMutation, useQuery } from '@pinia/colada'
import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { computed, type Ref } from 'vue'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'
import { useServerClock } from '../../shared/live/server-clock.ts'
import { queryFromFilters, type OperatorFilters } from './filters.ts'

const KEYS = {
  rentals: ['operator', 'rentals'],
  providers: ['operator', 'providers'],
  books: ['operator', 'books'],
} as const
const PAGE_SIZE = 50
const REFRESH_MS = 5_000

/** Asks again while the page is looked at: the live stream tells people of their own rentals only. */
export function useKeepFresh(refetch: () => unknown, everyMs = REFRESH_MS): void {
  const visibility = useDocumentVisibility()
  useIntervalFn(() => {
    if (visibility.value === 'visible') refetch()
  }, everyMs)
}

export function useOperatorRentals(filters: Readonly<Ref<OperatorFilters>>) {
  const api = useApi()
  const clock = useServerClock()
  const query = useInfiniteQuery({
    key: () => [...KEYS.rentals, queryFromFilters(filters.value)],
    initialPageParam: null as string | null,
    query: async ({ pageParam, signal }) => {
      const { state, phase, health, provider, handle } = filters.value
      const page = await api.operator.rentals({
        query: {
          state,
          pageSize: PAGE_SIZE,
          ...(phase ? { phase } : {}),
          ...(health ? { health } : {}),
          ...(provider ? { provider } : {}),
          ...(handle ? { handle } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      })
      clock.observe(page.asOf)
      return page
    },
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
  })
  useKeepFresh(() => query.refetch())
  return {
    ...query,
    rentals: computed(() => query.data.value?.pages.flatMap((page) => page.items)),
    counts: computed(() => query.data.value?.pages[0]?.counts ?? null),
    temporalUrl: computed(() => query.data.value?.pages[0]?.temporalUrl ?? null),
  }
}

export function useOperatorProviders() {
  const api = useApi()
  const query = useQuery({
    key: KEYS.providers,
    query: async ({ signal }) => (await api.operator.providers({ signal })).items,
  })
  useKeepFresh(() => query.refetch())
  return query
}

/** Reads the whole ledger on the server, therefore only when the page is opened. */
export function useBooks() {
  const api = useApi()
  return useQuery({
    key: KEYS.books,
    staleTime: 60_000,
    query: ({ signal }) => api.operator.books({ signal }),
  })
}

export function useRetryNow() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: (id: string) => api.operator.retry({ params: { id } }),
    onSuccess: () => refresh(KEYS.rentals),
  })
}

export function useForceEnd() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: ({ id, reason }: { id: string; reason: string }) =>
      api.operator.forceEnd({ params: { id }, body: { reason } }),
    onSuccess: () => refresh(KEYS.rentals),
  })
}

export function useSwitchProvider() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: ({ account, to }: { account: string; to: SwitchProvider }) =>
      api.operator.switchProvider({ params: { account }, body: to }),
    onSuccess: () => refresh(KEYS.providers, ['catalog']),
  })
}
