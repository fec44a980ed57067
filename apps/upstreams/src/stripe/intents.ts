import type { EmulatorClock } from '../kit/clock.ts'
import { brandOf, type Decline, digitsOf, outcomeOf } from './cards.ts'
import type { Disputes } from './disputes.ts'
import type { Cause, Emit } from './events.ts'
import { newStripeId } from './new-id.ts'
import { renderCharge, renderPaymentIntent, renderPaymentMethod } from './render.ts'
import type { Charge, PaymentIntent, PaymentMethod, StripeState } from './state.ts'

export type NewIntent = Pick<
  PaymentIntent,
  'amount' | 'currency' | 'customer' | 'description' | 'metadata' | 'setupFutureUsage'
>

interface Attempt {
  readonly intent: PaymentIntent
  readonly method: PaymentMethod
  /** Scheme, host and port under which the receipt is shown. */
  readonly origin: string
  readonly cause?: Cause | null
}

/** Payment intents, the cards they are paid with, and the charges that come of it. */
export type Intents = ReturnType<typeof createIntents>

export function createIntents({ clock, state, emit, disputes }: IntentsDeps) {
  const nowSeconds = (): number => Math.floor(clock.nowMs() / 1000)

  function charge(attempt: Attempt, failure: Charge['failure']): Charge {
    const made = newCharge(attempt, failure, nowSeconds())
    state.charges.push(made)
    attempt.intent.latestCharge = made.id
    attempt.intent.lastError = failure
    return made
  }

  return {
    create(wanted: NewIntent, cause: Cause | null = null): PaymentIntent {
      const head = {
        id: newStripeId('pi'),
        created: nowSeconds(),
        status: 'requires_payment_method',
      } as const
      const intent: PaymentIntent = {
        ...head,
        ...wanted,
        paymentMethod: null,
        latestCharge: null,
        lastError: null,
      }
      state.paymentIntents.push(intent)
      emit('payment_intent.created', renderPaymentIntent(intent), cause)
      return intent
    },
    card(cardNumber: string): PaymentMethod {
      const head = { id: newStripeId('pm'), created: nowSeconds() }
      const method: PaymentMethod = { ...head, number: digitsOf(cardNumber), customer: null }
      state.paymentMethods.push(method)
      return method
    },
    attach(method: PaymentMethod, customer: string): void {
      method.customer = customer
      emit('payment_method.attached', renderPaymentMethod(method))
    },
    /** The money is ours; a card that disputes does so at once. */
    settle(attempt: Attempt): Charge {
      const { intent, method, cause = null } = attempt
      const paid = charge(attempt, null)
      intent.status = 'succeeded'
      intent.paymentMethod = method.id
      emit('charge.succeeded', renderCharge(paid), cause)
      emit('payment_intent.succeeded', renderPaymentIntent(intent), cause)
      return paid
    },
    decline(attempt: Attempt, { code, declineCode, message, adviceCode }: Decline): Charge {
      const { intent, cause = null } = attempt
      const failed = charge(attempt, { code, declineCode, message, adviceCode })
      intent.status = 'requires_payment_method'
      emit('charge.failed', renderCharge(failed), cause)
      emit('payment_intent.payment_failed', renderPaymentIntent(intent), cause)
      return failed
    },
    disputeIfSo(paid: Charge, { number }: PaymentMethod): void {
      const outcome = outcomeOf(number)
      if (outcome.kind === 'pays' && outcome.disputes) disputes.open(paid)
    },
  }
}

function newCharge({ intent, method, origin }: Attempt, failure: Charge['failure'], created: number): Charge {
  const id = newStripeId('ch')
  return {
    id,
    created,
    amount: intent.amount,
    amountRefunded: 0,
    currency: intent.currency,
    paymentIntent: intent.id,
    customer: intent.customer,
    failure,
    disputed: false,
    last4: method.number.slice(-4),
    brand: brandOf(method.number),
    receiptUrl: failure === null ? `${origin}/receipts/${id}` : null,
    metadata: intent.metadata,
  }
}

interface IntentsDeps {
  readonly clock: EmulatorClock
  readonly state: StripeState
  readonly emit: Emit
  readonly disputes: Disputes
}
