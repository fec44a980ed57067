import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { comparedIn, queryFromCompared } from './compared-ids.ts'
import { filtersFromQuery, queryFromFilters, type MarketFilters } from './filters.ts'

/**
 * The filters of the address, and how to change them; what is compared stays. A choice is a step that one can go back
 * from; the letters of a search are not.
 */
export function useMarketFilters(): {
  filters: ComputedRef<MarketFilters>
  apply: (next: MarketFilters) => void
} {
  const route = useRoute()
  const router = useRouter()
  const filters = computed(() => filtersFromQuery(route.query))

  function apply(next: MarketFilters): void {
    const query = { ...queryFromFilters(next), ...queryFromCompared(comparedIn(route.query)) }
    const isTyping = next.q !== filters.value.q && next.q !== ''
    void (isTyping ? router.replace({ query }) : router.push({ query }))
  }
  return { filters, apply }
}
