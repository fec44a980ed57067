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
  { dataSource, stripe, billing }: PlanDeps,
  payment: string | Stripe.PaymentIntent | null,
): Promise<LockPaidTopUp | null> {
  const paymentIntentId = typeof payment === 'string' ? payment : (payment?.id ?? null)
  if (paymentIntentId === null) return null
  const known = await dataSource.manager.findOneBy(TopUpEntity, { paymentIntentId, status: 'paid' })
  if (known !== null) return (manager) => findTopUp(manager, known.id, { locked: true })

  const intent = await callStripe(() => stripe.paymentIntents.retrieve(paymentIntentId))
  const topUpId = intent.metadata['topUpId']
  if (topUpId === undefined || !(await dataSource.manager.existsBy(TopUpEntity, { id: topUpId }))) return null
  const { data } = await callStripe(() =>
    stripe.checkout.sessions.list({ payment_intent: paymentIntentId, limit: 1 }),
  )
  const session = data[0]
  if (session === undefined) return null
  return async (manager) => {
    const state = await settleTopUp({ manager, billing, topUpId, session })
    if (state.status !== 'paid') {
      const words = `Payment ${paymentIntentId} moves money of top-up ${topUpId}, which is ${state.status}.`
      throw new PaymentError('top_up_not_paid', words, { retryable: state.status === 'open' })
    }
    return findTopUp(manager, topUpId, { locked: true })
  }
}
