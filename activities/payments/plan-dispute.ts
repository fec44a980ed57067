import { microsFromCents } from '@berth/contract/money'
import { TopUpReversalEntity } from '@berth/entities/top-up-reversal'
import type Stripe from 'stripe'
import { findPaidTopUp } from './paid-top-up.ts'
import { callStripe } from './payment-error.ts'
import { nothing, type Plan } from './plan.ts'
import { pauseAutoTopUp } from './pause-auto-top-up.ts'
import { recordReversal } from './record-reversal.ts'
import { requireUsd } from './require-usd.ts'
import { tellOfReversal } from './tell-of-reversal.ts'

const PAUSED =
  'A payment to your wallet is disputed. Nothing is charged by itself until you turn auto top-up on again.'

type Movement = 'dispute_opened' | 'dispute_won' | 'dispute_lost'

/**
 * A cardholder disputes a payment. Follows the money, not the talk: what Stripe withdrew from us is frozen, what it gave
 * back is restored, a lost dispute is final. An inquiry, which moves nothing, changes nothing.
 */
export const planDispute: Plan = async (deps, disputeId) => {
  const dispute = await callStripe(() => deps.stripe.disputes.retrieve(disputeId))
  const movements = movementsOf(dispute)
  const lockTopUp = await findPaidTopUp(deps, dispute.payment_intent)
  if (lockTopUp === null) return async () => nothing('not_ours')
  requireUsd(`dispute ${dispute.id}`, dispute.currency)

  return async (manager) => {
    const last = movements.at(-1)
    if (last === undefined) return nothing('unchanged')
    const { id: topUpId, walletId } = await lockTopUp(manager)
    const amountMicros = microsFromCents(dispute.amount)
    // Why only once: the person may have turned it on again since.
    if (last !== 'dispute_won' && !(await manager.existsBy(TopUpReversalEntity, { id: dispute.id }))) {
      await pauseAutoTopUp(manager, { walletId, reason: 'disputed', fact: dispute.id, words: PAUSED })
    }
    for (const kind of movements) {
      const movement = { walletId, amountMicros, kind, reference: dispute.id }
      const idempotencyKey = `${kind}:${dispute.id}`
      const posted = await deps.billing.post({ ...movement, idempotencyKey }, manager)
      await tellOfReversal(manager, { ...movement, posted })
    }
    const reversal = { id: dispute.id, topUpId, kind: 'dispute', amount: amountMicros } as const
    await recordReversal(manager, { ...reversal, status: last })
    return { outcome: last, topUpId: null, fundedWalletId: last === 'dispute_won' ? walletId : null }
  }
}

/**
 * All that has happened to the money so far, in order, whichever event told of it: repeated ones find their key posted.
 * Stripe lists at most one withdrawal and one reinstatement a dispute; their own amounts are in the currency of our
 * balance, which need not be the payment's. Source: https://docs.stripe.com/api/disputes/object
 */
function movementsOf({
  status,
  balance_transactions: moved,
}: Pick<Stripe.Dispute, 'status' | 'balance_transactions'>): Movement[] {
  const movements: Movement[] = []
  if (moved.some(({ amount }) => amount < 0)) movements.push('dispute_opened')
  if (moved.some(({ amount }) => amount > 0)) movements.push('dispute_won')
  else if (status === 'lost' && movements.length > 0) movements.push('dispute_lost')
  return movements
}
