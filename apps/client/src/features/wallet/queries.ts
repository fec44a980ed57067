import type { LedgerLine } from '@berth/contract/schemas/billing'
import { useInfiniteQuery, useMutation, useQuery } from '@pinia/colada'
import { computed, type Ref } from 'vue'
import { createIntent } from '../../shared/api/intent.ts'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'

const PAGE_SIZE = 50

export interface LedgerFilters {
  kind: LedgerLine['kind'] | null
  rentalId: string | null
}

export function useLedger(filters: Readonly<Ref<LedgerFilters>>) {
  const api = useApi()
  const query = useInfiniteQuery({
    key: () => queryKeys.ledger({ ...filters.value }),
    initialPageParam: null as string | null,
    query: ({ pageParam, signal }) => {
      const { kind, rentalId } = filters.value
      return api.billing.ledger({
        query: {
          pageSize: PAGE_SIZE,
          ...(kind ? { kind } : {}),
          ...(rentalId ? { rentalId } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      })
    },
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
  })
  return {
    ...query,
    lines: computed(() => query.data.value?.pages.flatMap((page) => page.items)),
  }
}

export function useTopUp(id: () => string | null) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.topUp(id() ?? ''),
    enabled: () => id() !== null,
    staleTime: 0,
    query: ({ signal }) => api.billing.topUp({ params: { id: id() ?? '' }, signal }),
  })
}

/** Opens a payment page. The key is kept while the outcome is unknown, so that one press makes one page. */
export function useCheckout() {
  const api = useApi()
  const intent = createIntent()
  return useMutation({
    mutation: (body: { amountCents: number; saveCard: boolean }) =>
      api.billing.checkout({ body, idempotencyKey: intent.keyFor(body) }),
    onSuccess: () => intent.settle(),
    onError: (error) => intent.settle(error),
  })
}
