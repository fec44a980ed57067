import type { NewApiKey } from '@berth/contract/schemas/access'
import { useMutation, useQuery } from '@pinia/colada'
import { createIntent } from '../../shared/api/intent.ts'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'

export function useApiKeys() {
  const api = useApi()
  return useQuery({
    key: queryKeys.apiKeys,
    query: async ({ signal }) => (await api.apiKeys.list({ signal })).items,
  })
}

/** Makes a key. Pressing again after a cut connection makes no second one. */
export function useCreateApiKey() {
  const api = useApi()
  const refresh = useRefresh()
  const intent = createIntent()
  return useMutation({
    mutation: (body: NewApiKey) => api.apiKeys.create({ body, idempotencyKey: intent.keyFor(body) }),
    onSuccess: () => intent.settle(),
    onError: (error) => intent.settle(error),
    onSettled: () => refresh(queryKeys.apiKeys),
  })
}

export function useRevokeApiKey() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: (id: string) => api.apiKeys.revoke({ params: { id } }),
    onSettled: () => refresh(queryKeys.apiKeys),
  })
}

/** This browser first, then the others as they signed in, newest first. */
export function useSessions() {
  const api = useApi()
  return useQuery({
    key: queryKeys.sessions,
    query: async ({ signal }) =>
      (await api.sessions.list({ signal })).items.toSorted((a, b) => Number(b.current) - Number(a.current)),
  })
}

export function useEndSession() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: (id: string) => api.sessions.end({ params: { id } }),
    onSettled: () => refresh(queryKeys.sessions),
  })
}

export function useEndOtherSessions() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: () => api.sessions.endOthers({}),
    onSettled: () => refresh(queryKeys.sessions),
  })
}
