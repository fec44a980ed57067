import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import type Stripe from 'stripe'
import type { EntityManager } from 'typeorm'
import { findTopUp } from './find-top-up.ts'
import { callStripe, PaymentError } from './payment-error.ts'
import type { PlanDeps } from './plan.ts'
import { settleTopUp } from './settle-top-up.ts'

/** Locks the top-up that a payment paid for, credited first if that had not been heard of yet. */
export type LockPaidTopUp = (manager: EntityManager) => Promise<TopUp>

/**
 * Finds the top-up behind a refund or dispute, or null where the payment is not ours. Such news may overtake that of the
 * payment itself; what was never credited can not be taken back, hence the credit comes first.
 */
export async function findPaidTopUp(
  deps: PlanDeps,
  payment: string | Stripe.PaymentIntent | null,
): Promise<LockPaidTopUp | null> {
  const { dataSource, stripe, billing } = deps
  const paymentIntentId = typeof payment === 'string' ? payment : (payment?.id ?? null)
  if (paymentIntentId === null) return null
  const known = await dataSource.manager.findOneBy(TopUpEntity, { paymentIntentId, status: 'paid' })
  if (known !== null) return (manager) => findTopUp(manager, known.id, { locked: true })

  const topUp = await topUpNamedBy(deps, paymentIntentId)
  if (topUp === null) return null
  const { id: topUpId, checkoutSessionId } = topUp
  if (checkoutSessionId === null) throw notPaid(paymentIntentId, topUp, { retryable: true })
  const session = await callStripe(() => stripe.checkout.sessions.retrieve(checkoutSessionId))
  return async (manager) => {
    const { status } = await settleTopUp({ manager, billing, topUpId, session })
    if (status !== 'paid') {
      throw notPaid(paymentIntentId, { id: topUpId, status }, { retryable: status === 'open' })
    }
    return findTopUp(manager, topUpId, { locked: true })
  }
}

async function topUpNamedBy(
  { dataSource, stripe }: PlanDeps,
  paymentIntentId: string,
): Promise<TopUp | null> {
  const { metadata } = await callStripe(() => stripe.paymentIntents.retrieve(paymentIntentId))
  const id = metadata['topUpId']
  return id === undefined ? null : dataSource.manager.findOneBy(TopUpEntity, { id })
}

function notPaid(
  paymentIntentId: string,
  { id, status }: Pick<TopUp, 'id' | 'status'>,
  options: { retryable: boolean },
): PaymentError {
  const words = `Money of payment ${paymentIntentId} moved, but its top-up ${id} is ${status}.`
  return new PaymentError('top_up_not_paid', words, options)
}
