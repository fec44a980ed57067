import type { NewAdjustment } from '@berth/contract/schemas/operator-billing'
import { useInfiniteQuery, useMutation, useQuery } from '@pinia/colada'
import { computed, type Ref } from 'vue'
import { createIntent } from '../../shared/api/intent.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'
import { useServerClock } from '../../shared/live/server-clock.ts'
import { useKeepFresh } from './queries.ts'

const KEY = ['operator', 'people'] as const
const MOST_PODS = 50
const LEDGER_PAGE = 25

export function usePeople(wanted: Readonly<Ref<string>>) {
  const api = useApi()
  return useQuery({
    key: () => [...KEY, 'found', wanted.value],
    staleTime: 0,
    query: ({ signal }) =>
      api.operatorPeople.find({ query: wanted.value === '' ? {} : { q: wanted.value }, signal }),
    placeholderData: (previous) => previous,
  })
}

/** Their pods go on charging while the page is looked at, so it keeps up. */
export function usePerson(id: string) {
  const api = useApi()
  const clock = useServerClock()
  const query = useQuery({
    key: [...KEY, id, 'wallet'],
    staleTime: 0,
    query: async ({ signal }) => {
      const person = await api.operatorPeople.read({ params: { id }, signal })
      clock.observe(person.balance.asOf)
      return person
    },
  })
  useKeepFresh(() => query.refetch())
  return query
}

export function usePersonLedger(id: string, kind: Readonly<Ref<'adjustment' | null>>) {
  const api = useApi()
  const query = useInfiniteQuery({
    key: () => [...KEY, id, 'ledger', kind.value ?? 'all'],
    staleTime: 0,
    initialPageParam: null as string | null,
    query: ({ pageParam, signal }) =>
      api.operatorPeople.ledger({
        params: { id },
        query: {
          pageSize: LEDGER_PAGE,
          ...(kind.value === null ? {} : { kind: kind.value }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
  })
  return { ...query, lines: computed(() => query.data.value?.pages.flatMap((page) => page.items)) }
}

/** Under the key of all rentals that operators see, so that an order to one of them refreshes these too. */
export function usePersonPods(id: string) {
  const api = useApi()
  const query = useQuery({
    key: ['operator', 'rentals', 'of', id],
    query: async ({ signal }) =>
      (await api.operator.rentals({ query: { state: 'live', renter: id, pageSize: MOST_PODS }, signal }))
        .items,
  })
  useKeepFresh(() => query.refetch())
  return query
}

/**
 * Corrects a wallet. The key stays while the outcome is unknown, so that a lost answer never counts twice; it is kept as long
 * as the component that asks for it lives.
 */
export function useAdjust(walletId: () => string) {
  const api = useApi()
  const refresh = useRefresh()
  const intent = createIntent()
  return useMutation({
    mutation: (body: NewAdjustment) => {
      const id = walletId()
      return api.operatorBilling.adjust({
        params: { id },
        body,
        idempotencyKey: intent.keyFor([id, body]),
      })
    },
    onSuccess: () => intent.settle(),
    onError: (error) => intent.settle(error),
    // An answer that never came may have counted: the ledger knows.
    onSettled: () => refresh(KEY, ['operator', 'books']),
  })
}
