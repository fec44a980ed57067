import type { BodyInputOf } from '@berth/contract/endpoint'
import type { Endpoints } from '@berth/contract/endpoints'
import { useInfiniteQuery, useMutation, useQuery, useQueryCache } from '@pinia/colada'
import { computed } from 'vue'
import { createIntent } from '../../shared/api/intent.ts'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'

export type AutoTopUpRules = BodyInputOf<Endpoints['payments']['setAutoTopUp']>

const RECEIPTS_A_PAGE = 10

export function useCard() {
  const api = useApi()
  return useQuery({ key: queryKeys.card, query: ({ signal }) => api.payments.card({ signal }) })
}

/** Opens Stripe's page for a card. The key is kept while the outcome is unknown, so that one press opens one page. */
export function useSetUpCard() {
  const api = useApi()
  const intent = createIntent()
  return useMutation({
    mutation: () => api.payments.setUpCard({ idempotencyKey: intent.keyFor('card') }),
    onSuccess: () => intent.settle(),
    onError: (error) => intent.settle(error),
  })
}

export function useRemoveCard() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: () => api.payments.removeCard({}),
    onSettled: () => refresh(queryKeys.card, queryKeys.autoTopUp),
  })
}

export function useAutoTopUp() {
  const api = useApi()
  return useQuery({ key: queryKeys.autoTopUp, query: ({ signal }) => api.payments.autoTopUp({ signal }) })
}

export function useSetAutoTopUp() {
  const api = useApi()
  const cache = useQueryCache()
  return useMutation({
    mutation: (body: AutoTopUpRules) => api.payments.setAutoTopUp({ body }),
    onSuccess: (settings) => cache.setQueryData(queryKeys.autoTopUp, settings),
  })
}

export function useReceipts() {
  const api = useApi()
  const query = useInfiniteQuery({
    key: queryKeys.receipts,
    initialPageParam: null as string | null,
    query: ({ pageParam, signal }) =>
      api.payments.receipts({
        query: { pageSize: RECEIPTS_A_PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  })
  return { ...query, receipts: computed(() => query.data.value?.pages.flatMap((page) => page.items)) }
}
