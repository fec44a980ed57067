import { useQuery } from '@pinia/colada'
import { queryKeys } from '../../../shared/api/query-keys.ts'
import { useApi } from '../../../shared/api/use-api.ts'

/** More than one person runs at once; a wallet that feeds more is forecast without the rest, which the page says. */
const MOST_PODS = 200

/** The pods that take money from the wallet; read anew whenever the wallet moves. */
export function useLivePods() {
  const api = useApi()
  return useQuery({
    key: queryKeys.forecast,
    query: ({ signal }) => api.rentals.list({ query: { state: 'live', pageSize: MOST_PODS }, signal }),
  })
}
