import { centsFromMicros, formatUsd } from '@berth/contract/money'
import { StripeCustomerEntity } from '@berth/entities/stripe-customer'
import type { TopUp } from '@berth/entities/top-up'
import Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import { findTopUp } from './find-top-up.ts'
import type { ChargeRefusal } from './judge-charge.ts'
import { callStripe, PaymentError } from './payment-error.ts'
import { idOf, retrieveIntent } from './retrieve-payment.ts'
import { refuseCharge, settleCharge } from './settle-charge.ts'
import type { CheckoutState } from './settle-top-up.ts'

interface ChargeDeps {
  dataSource: DataSource
  stripe: Stripe
  billing: Pick<Billing, 'post'>
  clock: { nowMs(): number }
}

/**
 * Stripe forgets an idempotency key after a day at the earliest; past this, an attempt whose answer was lost is looked for
 * by its name instead of being made again. Source: https://docs.stripe.com/api/idempotent_requests
 */
const KEY_LIFETIME_MS = 20 * 3_600_000

const NEVER_CHARGED: ChargeRefusal = {
  code: 'never_charged',
  words: 'Stripe could not be reached for a day; nothing was charged.',
  advice: 'retry',
}

/**
 * Charges the saved card for an automatic top-up, once: the top-up's id is Stripe's idempotency key and every parameter
 * derives from the row. No answer is *unknown*, not refused: the error is retryable, and the next attempt with the same key
 * learns what the first one did. What counts in the end is Stripe's own record of the payment.
 */
export async function chargeSavedCard(
  deps: ChargeDeps,
  { topUpId }: { topUpId: string },
): Promise<CheckoutState> {
  const { dataSource, stripe, billing } = deps
  const topUp = await findTopUp(dataSource.manager, topUpId)
  if (topUp.status === 'paid') return { status: 'paid', walletId: topUp.walletId }
  const charged = await attempt(deps, topUp)
  if (typeof charged !== 'string') {
    return dataSource.transaction(async (manager) =>
      refuseCharge(manager, await findTopUp(manager, topUpId, { locked: true }), charged),
    )
  }
  const intent = await retrieveIntent(stripe, charged)
  // Why: nobody is there to confirm it now, and a confirmation tomorrow would charge what was given up today.
  if (intent.status === 'requires_action') await callStripe(() => stripe.paymentIntents.cancel(intent.id))
  return dataSource.transaction((manager) => settleCharge({ manager, billing, topUpId, intent }))
}

/** The id of the payment that was made, whether it was paid or refused; or why there is none. */
async function attempt(deps: ChargeDeps, topUp: TopUp): Promise<string | ChargeRefusal> {
  if (topUp.paymentIntentId !== null) return topUp.paymentIntentId
  const { customerId } = await deps.dataSource.manager.findOneByOrFail(StripeCustomerEntity, {
    walletId: topUp.walletId,
  })
  const isOld = deps.clock.nowMs() - topUp.createdAt.getTime() > KEY_LIFETIME_MS
  if (isOld) return (await lookFor(deps.stripe, topUp, customerId)) ?? NEVER_CHARGED
  try {
    return await callStripe(() => create(deps.stripe, topUp, customerId))
  } catch (error) {
    if (!(error instanceof PaymentError) || error.code !== 'stripe_invalid_request') throw error
    return { code: 'card_unusable', words: error.message, advice: 'never' }
  }
}

async function create(stripe: Stripe, topUp: TopUp, customer: string): Promise<string> {
  const { id, walletId, userId, amount, paymentMethodId } = topUp
  if (paymentMethodId === null) throw new Error(`automatic top-up ${id} names no card`)
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: centsFromMicros(amount),
        currency: 'usd',
        customer,
        payment_method: paymentMethodId,
        allowed_payment_method_types: ['card'],
        confirm: true,
        off_session: true,
        error_on_requires_action: true,
        description: `Berth wallet top-up of ${formatUsd(amount)}`,
        metadata: { topUpId: id, walletId, userId },
      },
      { idempotencyKey: id },
    )
    return intent.id
  } catch (error) {
    const refused = error instanceof Stripe.errors.StripeCardError ? idOf(error.payment_intent ?? null) : null
    if (refused === null) throw error
    return refused
  }
}

/** The payment of this top-up among all that this customer made since. */
async function lookFor(stripe: Stripe, topUp: TopUp, customer: string): Promise<string | null> {
  const since = Math.floor(topUp.createdAt.getTime() / 1000) - 60
  return callStripe(async () => {
    for await (const intent of stripe.paymentIntents.list({
      customer,
      created: { gte: since },
      limit: 100,
    })) {
      if (intent.metadata['topUpId'] === topUp.id) return intent.id
    }
    return null
  })
}
