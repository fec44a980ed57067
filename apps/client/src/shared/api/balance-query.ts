import { useQuery } from '@pinia/colada'
import { useServerClock } from '../live/server-clock.ts'
import { queryKeys } from './query-keys.ts'
import { useSession } from './session-store.ts'
import { useApi } from './use-api.ts'

/** Balance, burn and runway; shared by the bar, the wallet and the quote. */
export function useBalanceQuery() {
  const api = useApi()
  const clock = useServerClock()
  const session = useSession()
  return useQuery({
    key: queryKeys.balance,
    enabled: () => session.signedIn,
    staleTime: 15_000,
    query: async ({ signal }) => {
      const balance = await api.billing.balance({ signal })
      clock.observe(balance.asOf)
      return balance
    },
  })
}
