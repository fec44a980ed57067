import { useQuery } from '@pinia/colada'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'

/** The lowest price of each GPU, open to everybody. */
export function useLowestPrices() {
  const api = useApi()
  return useQuery({
    key: queryKeys.facets({}),
    query: ({ signal }) => api.catalog.facets({ query: {}, signal }),
  })
}
