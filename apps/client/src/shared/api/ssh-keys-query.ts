import type { NewSshKey } from '@berth/contract/schemas/account'
import { useMutation, useQuery, useQueryCache } from '@pinia/colada'
import { queryKeys } from './query-keys.ts'
import { useApi } from './use-api.ts'

export function useSshKeysQuery(enabled: () => boolean = () => true) {
  const api = useApi()
  return useQuery({
    key: queryKeys.sshKeys,
    enabled,
    query: async ({ signal }) => (await api.sshKeys.list({ signal })).items,
  })
}

/** Adds a key; the server checks it and computes the fingerprint. */
export function useAddSshKey() {
  const api = useApi()
  const cache = useQueryCache()
  return useMutation({
    mutation: (body: NewSshKey) => api.sshKeys.create({ body }),
    onSuccess: () => cache.invalidateQueries({ key: queryKeys.sshKeys }),
  })
}
