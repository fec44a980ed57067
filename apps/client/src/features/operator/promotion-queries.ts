import type { NewPromotion } from '@berth/contract/schemas/operator-billing'
import { useMutation, useQuery } from '@pinia/colada'
import { createIntent } from '../../shared/api/intent.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { useRefresh } from '../../shared/api/use-refresh.ts'
import { useKeepFresh } from './queries.ts'

const KEY = ['operator', 'promotions'] as const
/** People redeem them meanwhile. */
const REFRESH_MS = 15_000

export function usePromotions() {
  const api = useApi()
  const query = useQuery({
    key: KEY,
    query: async ({ signal }) => (await api.operatorBilling.promotions({ signal })).items,
  })
  useKeepFresh(() => query.refetch(), REFRESH_MS)
  return query
}

/** Pressing again after a cut connection issues no second code, and is not told that there is one already. */
export function useCreatePromotion() {
  const api = useApi()
  const refresh = useRefresh()
  const intent = createIntent()
  return useMutation({
    mutation: (body: NewPromotion) =>
      api.operatorBilling.createPromotion({ body, idempotencyKey: intent.keyFor(body) }),
    onSuccess: () => intent.settle(),
    onError: (error) => intent.settle(error),
    onSettled: () => refresh(KEY),
  })
}

export function useSwitchOffPromotion() {
  const api = useApi()
  const refresh = useRefresh()
  return useMutation({
    mutation: ({ code, reason }: { code: string; reason: string }) =>
      api.operatorBilling.switchOffPromotion({ params: { code }, body: { reason } }),
    onSettled: () => refresh(KEY),
  })
}
