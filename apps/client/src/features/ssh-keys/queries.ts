import type { SshKey } from '@berth/contract/schemas/account'
import { useMutation, useQueryCache } from '@pinia/colada'
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

/** The new name is shown before it is heard, and taken back where it is refused. */
export function useRenameSshKey() {
  const api = useApi()
  const cache = useQueryCache()
  const refresh = useRefresh()
  return useMutation({
    mutation: ({ id, name }: { id: string; name: string }) =>
      api.sshKeys.rename({ params: { id }, body: { name } }),
    onMutate: ({ id, name }) => {
      cache.cancelQueries({ key: queryKeys.sshKeys })
      const before = cache.getQueryData<SshKey[]>(queryKeys.sshKeys)
      const renamed = before?.map((key) => (key.id === id ? { ...key, name } : key))
      if (renamed) cache.setQueryData(queryKeys.sshKeys, renamed)
      return { before }
    },
    onError: (_error, _wish, { before }) => {
      if (before) cache.setQueryData(queryKeys.sshKeys, before)
    },
    onSettled: () => refresh(queryKeys.sshKeys),
  })
}
