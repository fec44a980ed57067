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

export function useStatement(month: () => string) {
  const api = useApi()
  return useQuery({
    key: () => queryKeys.statement(month()),
    query: ({ signal }) => api.reports.statement({ params: { month: month() }, signal }),
  })
}
