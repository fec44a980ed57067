import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import type Stripe from 'stripe'
import type { EntityManager } from 'typeorm'
import { findTopUp } from './find-top-up.ts'
import { PaymentError } from './payment-error.ts'
import type { PlanDeps } from './plan.ts'
import { retrieveCheckout, retrieveIntent } from './retrieve-payment.ts'
import { settleCharge } from './settle-charge.ts'
import { settleTopUp, type CheckoutState } from './settle-top-up.ts'

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
  const { dataSource, stripe } = deps
  const paymentIntentId = typeof payment === 'string' ? payment : (payment?.id ?? null)
  if (paymentIntentId === null) return null
  const known = await dataSource.manager.findOneBy(TopUpEntity, { paymentIntentId, status: 'paid' })
  if (known !== null) return (manager) => findTopUp(manager, known.id, { locked: true })

  const intent = await retrieveIntent(stripe, paymentIntentId)
  const { topUpId } = intent.metadata
  const topUp =
    topUpId === undefined ? null : await dataSource.manager.findOneBy(TopUpEntity, { id: topUpId })
  if (topUp === null) return null
  const settle =
    topUp.origin === 'auto' ? settleAuto(deps, topUp, intent) : await settlePaid(deps, topUp, paymentIntentId)
  return async (manager) => {
    const { status } = await settle(manager)
    if (status !== 'paid') {
      throw notPaid(paymentIntentId, { id: topUp.id, status }, { retryable: status === 'open' })
    }
    return findTopUp(manager, topUp.id, { locked: true })
  }
}

const settleAuto =
  ({ billing }: PlanDeps, { id: topUpId }: TopUp, intent: Stripe.PaymentIntent) =>
  (manager: EntityManager): Promise<CheckoutState> =>
    settleCharge({ manager, billing, topUpId, intent })

async function settlePaid(
  { stripe, billing }: PlanDeps,
  topUp: TopUp,
  paymentIntentId: string,
): Promise<(manager: EntityManager) => Promise<CheckoutState>> {
  const { id: topUpId, checkoutSessionId } = topUp
  if (checkoutSessionId === null) throw notPaid(paymentIntentId, topUp, { retryable: true })
  const session = await retrieveCheckout(stripe, checkoutSessionId)
  return (manager) => settleTopUp({ manager, billing, topUpId, session })
}

function notPaid(
  paymentIntentId: string,
  { id, status }: Pick<TopUp, 'id' | 'status'>,
  options: { retryable: boolean },
): PaymentError {
  const words = `Money of payment ${paymentIntentId} moved, but its top-up ${id} is ${status}.`
  return new PaymentError('top_up_not_paid', words, options)
}
