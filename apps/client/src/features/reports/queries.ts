import type { UsageGroup } from '@berth/contract/schemas/reports'
import { useQuery } from '@pinia/colada'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import type { Period } from './periods.ts'

export function useUsage(wish: () => Period & { by: UsageGroup }) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.usage({ ...wish() }),
    query: ({ signal }) => api.reports.usage({ query: wish(), signal }),
    placeholderData: (previous) => previous,
  })
}

/** Asks for nothing while there is no month to ask for. */
export function useStatement(month: () => string | null) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.statement(month() ?? ''),
    enabled: () => month() !== null,
    query: ({ signal }) => api.reports.statement({ params: { month: month() ?? '' }, signal }),
  })
}
