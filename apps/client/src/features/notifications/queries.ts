import type { BodyInputOf } from '@berth/contract/endpoint'
import type { Endpoints } from '@berth/contract/endpoints'
import type { NoticePreferences } from '@berth/contract/schemas/notices'
import { useInfiniteQuery, useMutation, useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { createIntent } from '../../shared/api/intent.ts'
import { queryKeys } from '../../shared/api/query-keys.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'

type NewEndpoint = BodyInputOf<Endpoints['webhooks']['create']>

export function usePreferences() {
  const api = useApi()
  return useQuery({
    key: queryKeys.noticePreferences,
    query: ({ signal }) => api.notices.preferences({ signal }),
  })
}

export function useChoose() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: (choices: NoticePreferences['choices']) => api.notices.choose({ body: { choices } }),
    onSettled: () => refresh(queryKeys.notices),
  })
}

export function useEndpoints() {
  const api = useApi()
  return useQuery({
    key: queryKeys.webhookEndpoints,
    query: async ({ signal }) => (await api.webhooks.list({ signal })).items,
  })
}

/**
 * Adds an endpoint. Pressing again after a cut connection adds no second one; the secret that was lost with the answer, which
 * nobody heard, makes way for a new one at once.
 */
function useCreateEndpoint(onSettled: () => void) {
  const api = useApi()
  const intent = createIntent()
  return useMutation({
    mutation: async (body: NewEndpoint) => {
      const idempotencyKey = intent.keyFor(body)
      const made = await api.webhooks.create({ body, idempotencyKey }).catch((error: unknown) => {
        intent.settle(error)
        throw error
      })
      const { id, secret } = made
      const told =
        secret === null
          ? await api.webhooks.rotateSecret({ params: { id }, body: { overlapHours: 0 } })
          : { ...made, secret }
      intent.settle()
      return told
    },
    onSettled,
  })
}

/** Everything one does to endpoints; the list is asked for anew after each. */
export function useEndpointActions() {
  const api = useApi()
  const refresh = useRefresh()
  const onSettled = () => refresh(queryKeys.webhooks)
  return {
    create: useCreateEndpoint(onSettled),
    toggle: useMutation({
      mutation: ({ id, enabled }: { id: string; enabled: boolean }) =>
        api.webhooks.change({ params: { id }, body: { enabled } }),
      onSettled,
    }),
    remove: useMutation({ mutation: (id: string) => api.webhooks.remove({ params: { id } }), onSettled }),
    rotate: useMutation({
      mutation: (id: string) => api.webhooks.rotateSecret({ params: { id }, body: {} }),
      onSettled,
    }),
    test: useMutation({ mutation: (id: string) => api.webhooks.test({ params: { id } }), onSettled }),
    redeliver: useMutation({
      mutation: (id: string) => api.webhooks.redeliver({ params: { id } }),
      onSettled,
    }),
  }
}

export function useDeliveries(endpointId: () => string) {
  const api = useApi()
  const query = useInfiniteQuery({
    key: () => queryKeys.webhookDeliveries(endpointId()),
    initialPageParam: null as string | null,
    query: ({ pageParam, signal }) =>
      api.webhooks.deliveries({
        params: { id: endpointId() },
        query: { pageSize: 20, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
  })
  return { ...query, deliveries: computed(() => query.data.value?.pages.flatMap((page) => page.items)) }
}
