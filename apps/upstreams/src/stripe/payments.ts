import type { EmulatorClock } from '../kit/clock.ts'
import { AUTHENTICATION_FAILED, type CardOutcome, outcomeOf } from './cards.ts'
import type { Emit } from './events.ts'
import type { Intents } from './intents.ts'
import { newStripeId } from './new-id.ts'
import { renderPaymentIntent, renderSession, renderSetupIntent } from './render.ts'
import type { CheckoutSession, PaymentIntent, PaymentMethod, StripeState } from './state.ts'

export type PayAnswer =
  | { readonly ok: true }
  /** `confirm`: the bank wants its customer to confirm; pay again with how that went. */
  | { readonly ok: false; readonly reason: string; readonly confirm?: true }

interface Payer {
  readonly card: string
  readonly email: string | null
  /** How the bank's own confirmation (3-D Secure) went, where there was one. */
  readonly authentication?: 'completed' | 'failed' | undefined
}

interface PaymentsDeps {
  readonly clock: EmulatorClock
  readonly state: StripeState
  readonly emit: Emit
  readonly intents: Intents
  readonly onChange: () => void
}

/** What happens to a checkout: it is paid, its card saved or declined, or it runs out. */
export type Payments = ReturnType<typeof createPayments>

export function createPayments({ clock, state, emit, intents, onChange }: PaymentsDeps) {
  function complete(session: CheckoutSession, email: string | null): void {
    session.status = 'complete'
    session.paidByEmail = email ?? session.customerEmail
    emit('checkout.session.completed', renderSession(session))
  }

  function charge(
    session: CheckoutSession,
    amount: number,
    { card, email, authentication }: Payer,
  ): PayAnswer {
    const outcome = outcomeOf(card)
    const method = intents.card(card)
    const intent = intentOf({ state, intents }, session, amount)
    const attempt = { intent, method, origin: new URL(session.url).origin }
    if (mustConfirm(outcome, authentication)) {
      intent.status = 'requires_action'
      emit('payment_intent.requires_action', renderPaymentIntent(intent))
      return { ok: false, reason: 'The bank wants you to confirm this payment.', confirm: true }
    }
    const refusal = refusalOf(outcome, authentication)
    if (refusal !== null) {
      intents.decline(attempt, refusal)
      return { ok: false, reason: refusal.message }
    }
    const paid = intents.settle(attempt)
    if (session.customer !== null && session.setupFutureUsage !== null)
      intents.attach(method, session.customer)
    session.paymentStatus = 'paid'
    complete(session, email)
    intents.disputeIfSo(paid, method)
    return { ok: true }
  }

  function save(session: CheckoutSession, { card, email, authentication }: Payer): PayAnswer {
    const outcome = outcomeOf(card)
    if (mustConfirm(outcome, authentication)) {
      return { ok: false, reason: 'The bank wants you to confirm this card.', confirm: true }
    }
    const refusal = refusalOf(outcome, authentication)
    if (refusal !== null && !refusal.attaches) return { ok: false, reason: refusal.message }
    session.setupIntent = setUp({ clock, state, emit, intents }, session, intents.card(card))
    complete(session, email)
    return { ok: true }
  }

  function expire(session: CheckoutSession): void {
    if (session.status !== 'open') return
    session.status = 'expired'
    emit('checkout.session.expired', renderSession(session))
    onChange()
  }

  return {
    /** Pays (or saves the card) with this card number, once; a declined card leaves the checkout open. */
    pay(session: CheckoutSession, payer: Payer): PayAnswer {
      if (session.status !== 'open') return { ok: false, reason: `This checkout is ${session.status}.` }
      const { amountTotal } = session
      const answer = amountTotal === null ? save(session, payer) : charge(session, amountTotal, payer)
      onChange()
      return answer
    },
    expire,
    /** Lets the clock end an open checkout at its time. */
    watchExpiry(session: CheckoutSession): void {
      if (session.status === 'open')
        clock.schedule(session.expiresAt * 1000 - clock.nowMs(), () => expire(session))
    },
  }
}

function refusalOf(outcome: CardOutcome, authentication: Payer['authentication']) {
  if (outcome.kind === 'declines') return outcome
  return outcome.authentication !== 'never' && authentication === 'failed' ? AUTHENTICATION_FAILED : null
}

const mustConfirm = (outcome: CardOutcome, authentication: Payer['authentication']): boolean =>
  outcome.kind === 'pays' && outcome.authentication !== 'never' && authentication === undefined

/** The card is the customer's from now on; answers the id of the setup intent. */
function setUp(
  { clock, state, emit, intents }: Omit<PaymentsDeps, 'onChange'>,
  { customer, paymentMetadata: metadata }: CheckoutSession,
  method: PaymentMethod,
): string {
  if (customer !== null) intents.attach(method, customer)
  const head = { id: newStripeId('seti'), created: Math.floor(clock.nowMs() / 1000) }
  const intent = { ...head, customer, paymentMethod: method.id, metadata }
  state.setupIntents.push(intent)
  emit('setup_intent.succeeded', renderSetupIntent(intent))
  return intent.id
}

/** A second card pays the payment that the first was declined for. */
function intentOf(
  { state, intents }: Pick<PaymentsDeps, 'state' | 'intents'>,
  session: CheckoutSession,
  amount: number,
): PaymentIntent {
  const existing = state.paymentIntents.find(({ id }) => id === session.paymentIntent)
  if (existing !== undefined) return existing
  const { currency, customer, setupFutureUsage, paymentDescription, paymentMetadata } = session
  const wanted = { amount, currency, customer, setupFutureUsage }
  const intent = intents.create({ ...wanted, description: paymentDescription, metadata: paymentMetadata })
  session.paymentIntent = intent.id
  return intent
}
