import { microsFromCents } from '@berth/contract/money'
import { LedgerTransactionEntity } from '@berth/entities/ledger-transaction'
import type Stripe from 'stripe'
import { findPaidTopUp } from './paid-top-up.ts'
import { callStripe } from './payment-error.ts'
import { recordReversal } from './record-reversal.ts'
import { requireUsd } from './require-usd.ts'
import { nothing, type Plan } from './plan.ts'
import { tellOfReversal } from './tell-of-reversal.ts'

/**
 * Money went back to the card: it leaves the wallet too, once a refund, whatever is missing becoming a debt. A refund
 * that fails later brings the money back to us and therefore to the wallet.
 * Source of the states: https://docs.stripe.com/refunds#failed-refunds
 */
export const planRefund: Plan = async (deps, refundId) => {
  const refund = await callStripe(() => deps.stripe.refunds.retrieve(refundId))
  const lockTopUp = await findPaidTopUp(deps, refund.payment_intent)
  if (lockTopUp === null) return async () => nothing('not_ours')
  requireUsd(`refund ${refund.id}`, refund.currency)
  const common = { amountMicros: microsFromCents(refund.amount), reference: refund.id }
  const taken = `refund:${refund.id}`

  return async (manager) => {
    const { id: topUpId, walletId } = await lockTopUp(manager)
    const reversal = { id: refund.id, topUpId, kind: 'refund', amount: common.amountMicros } as const
    if (!hasFailed(refund)) {
      const request = { ...common, walletId, kind: 'refund', idempotencyKey: taken } as const
      const posted = await deps.billing.post(request, manager)
      await tellOfReversal(manager, { ...common, walletId, kind: 'top_up_refunded', posted })
      await recordReversal(manager, { ...reversal, status: 'refunded' })
      return { outcome: 'refunded', topUpId: null, fundedWalletId: null }
    }
    // Why: heard of for the first time when it had failed already, it never took anything.
    if (!(await manager.existsBy(LedgerTransactionEntity, { idempotencyKey: taken })))
      return nothing('unchanged')
    const note = `Refund ${refund.id} of top-up ${topUpId} failed; the money came back.`
    const idempotencyKey = `refund_failed:${refund.id}`
    const request = { ...common, walletId, kind: 'top_up', idempotencyKey, note } as const
    const posted = await deps.billing.post(request, manager)
    await tellOfReversal(manager, { ...common, walletId, kind: 'refund_failed', posted })
    await recordReversal(manager, { ...reversal, status: 'refund_failed' })
    return { outcome: 'refund_failed', topUpId: null, fundedWalletId: walletId }
  }
}

const hasFailed = ({ status }: Stripe.Refund): boolean => status === 'failed' || status === 'canceled'
