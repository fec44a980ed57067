import { useMutation, useQueryCache } from '@pinia/colada'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'

export function useRemoveSshKey() {
  const api = useApi()
  const cache = useQueryCache()
  return useMutation({
    mutation: (id: string) => api.sshKeys.remove({ params: { id } }),
    onSuccess: () => cache.invalidateQueries({ key: queryKeys.sshKeys }),
  })
}
