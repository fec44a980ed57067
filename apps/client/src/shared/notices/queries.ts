import { useInfiniteQuery, useMutation, useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { queryKeys } from '../api/query-keys.ts'
import { useApi } from '../api/use-api.ts'
import { useRefresh } from '../api/use-refresh.ts'

const PAGE_SIZE = 20

/** The newest notices with how many are unread. */
export function useNewestNotices(enabled: () => boolean) {
  const api = useApi()
  return useQuery({
    key: queryKeys.newestNotices,
    enabled,
    query: ({ signal }) => api.notices.list({ query: { pageSize: PAGE_SIZE }, signal }),
  })
}

/** All of them, page by page. */
export function useNotices() {
  const api = useApi()
  const query = useInfiniteQuery({
    key: queryKeys.noticeList,
    initialPageParam: null as string | null,
    query: ({ pageParam, signal }) =>
      api.notices.list({
        query: { pageSize: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
  })
  return { ...query, notices: computed(() => query.data.value?.pages.flatMap((page) => page.items)) }
}

/** Marks everything up to this one as read: what came later was not seen yet. */
export function useReadNotices() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: (upTo: string) => api.notices.read({ body: { upTo } }),
    onSuccess: () => refresh(queryKeys.notices),
  })
}
