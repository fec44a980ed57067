import { useQuery } from '@pinia/colada'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'

const TEASER_SIZE = 6

/** The cheapest offers, open to everybody. */
export function useCheapestOffers() {
  const api = useApi()
  return useQuery({
    key: queryKeys.listings({ teaser: true }),
    query: ({ signal }) => api.catalog.listings({ query: { sort: 'price', pageSize: TEASER_SIZE }, signal }),
  })
}
