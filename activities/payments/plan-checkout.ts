import { TopUpEntity } from '@berth/entities/top-up'
import { callStripe } from './payment-error.ts'
import { nothing, type Plan } from './plan.ts'
import { settleTopUp } from './settle-top-up.ts'

/** A checkout was paid or ran out. One that names no top-up of ours belongs to whoever else uses the Stripe account. */
export const planCheckout: Plan = async ({ stripe, billing }, sessionId) => {
  const session = await callStripe(() => stripe.checkout.sessions.retrieve(sessionId))
  return async (manager) => {
    const topUpId = session.metadata?.['topUpId']
    if (topUpId === undefined || !(await manager.existsBy(TopUpEntity, { id: topUpId }))) {
      return nothing('not_ours')
    }
    const state = await settleTopUp({ manager, billing, topUpId, session })
    const fundedWalletId = state.status === 'paid' ? state.walletId : null
    return { outcome: state.status, topUpId, fundedWalletId }
  }
}
