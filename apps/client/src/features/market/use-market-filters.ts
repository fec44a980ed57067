import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { comparedIn, queryFromCompared } from './compared-ids.ts'
import { filtersFromQuery, queryFromFilters, type MarketFilters } from './filters.ts'

/** The filters of the address, and how to change them without filling the history; what is compared stays. */
export function useMarketFilters(): {
  filters: ComputedRef<MarketFilters>
  apply: (next: MarketFilters) => void
} {
  const route = useRoute()
  const router = useRouter()
  return {
    filters: computed(() => filtersFromQuery(route.query)),
    apply: (next) =>
      void router.replace({
        query: { ...queryFromFilters(next), ...queryFromCompared(comparedIn(route.query)) },
      }),
  }
}
