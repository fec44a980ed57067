import { TopUpEntity } from '@berth/entities/top-up'
import { saveCardOf } from './card-setup.ts'
import { nothing, type Plan } from './plan.ts'
import { retrieveCheckout } from './retrieve-payment.ts'
import { settleTopUp } from './settle-top-up.ts'

/** A checkout was paid, saved a card, or ran out. One that names no top-up of ours belongs to whoever else uses the Stripe account. */
export const planCheckout: Plan = async ({ stripe, billing }, sessionId) => {
  const session = await retrieveCheckout(stripe, sessionId)
  return async (manager) => {
    if (await saveCardOf(manager, session)) return nothing('card_saved')
    const topUpId = session.metadata?.['topUpId']
    if (topUpId === undefined || !(await manager.existsBy(TopUpEntity, { id: topUpId }))) {
      return nothing('not_ours')
    }
    const state = await settleTopUp({ manager, billing, topUpId, session })
    const fundedWalletId = state.status === 'paid' ? state.walletId : null
    return { outcome: state.status, topUpId, fundedWalletId }
  }
}
