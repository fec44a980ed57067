import { useMutation } from '@pinia/colada'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'

export function useRemoveSshKey() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: (id: string) => api.sshKeys.remove({ params: { id } }),
    onSettled: () => refresh(queryKeys.sshKeys),
  })
}
