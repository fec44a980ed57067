import { TopUpEntity } from '@berth/entities/top-up'
import { nothing, type Plan } from './plan.ts'
import { retrieveIntent } from './retrieve-payment.ts'
import { settleCharge } from './settle-charge.ts'

/** A saved card was charged or refused it. A checkout's payment is told by the checkout itself. */
export const planPayment: Plan = async ({ dataSource, stripe, billing }, intentId) => {
  const intent = await retrieveIntent(stripe, intentId)
  const topUpId = intent.metadata['topUpId']
  const topUp =
    topUpId === undefined ? null : await dataSource.manager.findOneBy(TopUpEntity, { id: topUpId })
  if (topUp === null) return async () => nothing('not_ours')
  if (topUp.origin !== 'auto') return async () => nothing('ignored')
  return async (manager) => {
    const state = await settleCharge({ manager, billing, topUpId: topUp.id, intent })
    const fundedWalletId = state.status === 'paid' ? state.walletId : null
    return { outcome: state.status, topUpId: null, fundedWalletId }
  }
}
