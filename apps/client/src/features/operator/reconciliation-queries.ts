import type { ReconciliationQuery } from '@berth/contract/schemas/reconciliation'
import { useInfiniteQuery, useMutation } from '@pinia/colada'
import { computed, type Ref } from 'vue'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'
import { useKeepFresh } from './queries.ts'

const KEY = ['operator', 'reconciliation'] as const
const PAGE_SIZE = 25
const REFRESH_MS = 15_000
/** While somebody waits for a run to begin or to end. */
const WATCH_MS = 1_500

export function useReconciliation(state: Readonly<Ref<ReconciliationQuery['state']>>) {
  const api = useApi()
  const query = useInfiniteQuery({
    key: () => [...KEY, state.value],
    initialPageParam: null as string | null,
    query: ({ pageParam, signal }) =>
      api.operator.reconciliation({
        query: {
          state: state.value,
          pageSize: PAGE_SIZE,
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
  })
  useKeepFresh(() => query.refetch(), REFRESH_MS)
  return {
    ...query,
    rentals: computed(() => query.data.value?.pages.flatMap((page) => page.items)),
    first: computed(() => query.data.value?.pages[0] ?? null),
  }
}

/** Asks often while a run is waited for, so that the page moves as soon as the run does. */
export function useWatchRun(isWaitedFor: () => boolean): void {
  const refresh = useRefresh()
  useKeepFresh(() => {
    if (isWaitedFor()) refresh(KEY)
  }, WATCH_MS)
}

export function useReconcileNow() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: () => api.operator.reconcileNow({}),
    onSuccess: () => refresh(KEY),
  })
}
