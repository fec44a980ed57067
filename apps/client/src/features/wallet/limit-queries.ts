import type { BodyInputOf } from '@berth/contract/endpoint'
import type { Endpoints } from '@berth/contract/endpoints'
import { useMutation, useQuery, useQueryCache } from '@pinia/colada'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'

export function useSpendLimits() {
  const api = useApi()
  return useQuery({ key: queryKeys.spendLimits, query: ({ signal }) => api.billing.limits({ signal }) })
}

export function useSetSpendLimits() {
  const api = useApi()
  const cache = useQueryCache()
  const refresh = useRefresh()
  return useMutation({
    mutation: (body: BodyInputOf<Endpoints['billing']['setLimits']>) => api.billing.setLimits({ body }),
    onSuccess: (limits) => {
      cache.setQueryData(queryKeys.spendLimits, limits)
      // How long the pods last may depend on the limit.
      refresh(queryKeys.balance)
    },
  })
}

/** Needs no key of its own: a code counts once for a person, however often it is sent. */
export function useRedeem() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: (code: string) => api.billing.redeem({ body: { code } }),
    onSuccess: () => refresh(queryKeys.wallet),
  })
}
