import type { EmulatorClock } from '../kit/clock.ts'
import { type CardOutcome, outcomeOf } from './cards.ts'
import type { Emit } from './events.ts'
import { newStripeId } from './new-id.ts'
import type { Disputes } from './disputes.ts'
import { renderCharge, renderPaymentIntent, renderSession } from './render.ts'
import type { Charge, CheckoutSession, PaymentIntent, StripeState } from './state.ts'

export type PayAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** What happens to money: a checkout is paid, declined, or runs out. */
export type Payments = ReturnType<typeof createPayments>

interface PaymentsDeps {
  readonly clock: EmulatorClock
  readonly state: StripeState
  readonly emit: Emit
  readonly disputes: Disputes
  readonly onChange: () => void
}

export function createPayments({ clock, state, emit, disputes, onChange }: PaymentsDeps) {
  const nowSeconds = (): number => Math.floor(clock.nowMs() / 1000)

  function intentOf(session: CheckoutSession): PaymentIntent {
    const existing = state.paymentIntents.find(({ id }) => id === session.paymentIntent)
    if (existing !== undefined) return existing
    const intent = newIntent(session, nowSeconds())
    state.paymentIntents.push(intent)
    session.paymentIntent = intent.id
    emit('payment_intent.created', renderPaymentIntent(intent))
    return intent
  }

  function charge(intent: PaymentIntent, card: string, failure: Charge['failure']): Charge {
    const made = newCharge({ intent, card, failure, created: nowSeconds() })
    state.charges.push(made)
    intent.latestCharge = made.id
    intent.lastError = failure
    if (failure === null) intent.status = 'succeeded'
    return made
  }

  function decline(
    session: CheckoutSession,
    card: string,
    outcome: Extract<CardOutcome, { kind: 'declines' }>,
  ): void {
    const intent = intentOf(session)
    const { code, declineCode, message } = outcome
    const failed = charge(intent, card, { code, declineCode, message })
    emit('charge.failed', renderCharge(failed))
    emit('payment_intent.payment_failed', renderPaymentIntent(intent))
  }

  function settle(session: CheckoutSession, card: string, email: string | null): Charge {
    const intent = intentOf(session)
    const paid = charge(intent, card, null)
    session.status = 'complete'
    session.paymentStatus = 'paid'
    session.paidByEmail = email ?? session.customerEmail
    emit('charge.succeeded', renderCharge(paid))
    emit('payment_intent.succeeded', renderPaymentIntent(intent))
    emit('checkout.session.completed', renderSession(session))
    return paid
  }

  function expire(session: CheckoutSession): void {
    if (session.status !== 'open') return
    session.status = 'expired'
    emit('checkout.session.expired', renderSession(session))
    onChange()
  }

  return {
    /** Pays with this card number, once; a declined card leaves the checkout open. */
    pay(session: CheckoutSession, card: string, email: string | null): PayAnswer {
      if (session.status !== 'open') return { ok: false, reason: `This checkout is ${session.status}.` }
      const outcome = outcomeOf(card)
      if (outcome.kind === 'declines') {
        decline(session, card, outcome)
        onChange()
        return { ok: false, reason: outcome.message }
      }
      const paid = settle(session, card, email)
      if (outcome.disputes) disputes.open(paid)
      onChange()
      return { ok: true }
    },
    expire,
    /** Lets the clock end an open checkout at its time. */
    watchExpiry(session: CheckoutSession): void {
      if (session.status === 'open')
        clock.schedule(session.expiresAt * 1000 - clock.nowMs(), () => expire(session))
    },
  }
}

function newIntent(session: CheckoutSession, created: number): PaymentIntent {
  return {
    id: newStripeId('pi'),
    created,
    amount: session.amountTotal,
    currency: session.currency,
    status: 'requires_payment_method',
    customer: session.customer,
    description: session.paymentDescription,
    metadata: session.paymentMetadata,
    latestCharge: null,
    lastError: null,
  }
}

function newCharge({ intent, card, failure, created }: NewCharge): Charge {
  return {
    id: newStripeId('ch'),
    created,
    amount: intent.amount,
    amountRefunded: 0,
    currency: intent.currency,
    paymentIntent: intent.id,
    customer: intent.customer,
    failure,
    disputed: false,
    last4: card.replace(/\D/g, '').slice(-4),
    metadata: intent.metadata,
  }
}

interface NewCharge {
  readonly intent: PaymentIntent
  readonly card: string
  readonly failure: Charge['failure']
  readonly created: number
}
