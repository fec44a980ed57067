import { useInfiniteQuery, useQuery } from '@pinia/colada'
import { computed, type Ref } from 'vue'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useServerClock } from '../../shared/live/server-clock.ts'
import { facetQuery, listingQueryOf, type MarketFilters } from './filters.ts'

const PAGE_SIZE = 100

/** The market page by page. What was on screen stays there while other filters load. */
export function useListings(filters: Readonly<Ref<MarketFilters>>) {
  const api = useApi()
  const clock = useServerClock()
  const query = useInfiniteQuery({
    key: () => queryKeys.listings(listingQueryOf(filters.value)),
    initialPageParam: null as string | null,
    query: async ({ pageParam, signal }) => {
      const page = await api.catalog.listings({
        query: {
          ...listingQueryOf(filters.value),
          pageSize: PAGE_SIZE,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      })
      const first = page.items[0]
      if (first)
        clock.observe(new Date(Date.parse(first.refreshedAt) + first.ageSeconds * 1000).toISOString())
      return page
    },
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
  })
  const pages = computed(() => query.data.value?.pages ?? [])
  return {
    ...query,
    offers: computed(() => pages.value.flatMap((page) => page.items)),
    total: computed(() => pages.value[0]?.total ?? 0),
    providers: computed(() => pages.value[0]?.providers ?? []),
  }
}

export function useFacets(filters: Readonly<Ref<MarketFilters>>) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.facets(facetQuery(filters.value)),
    query: ({ signal }) => api.catalog.facets({ query: facetQuery(filters.value), signal }),
    placeholderData: (previous) => previous,
  })
}
