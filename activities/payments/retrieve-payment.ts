import type Stripe from 'stripe'
import { callStripe } from './payment-error.ts'

/** A checkout with what was paid on it: the payment, its charge (for the receipt) and the card. */
export const retrieveCheckout = (stripe: Stripe, sessionId: string): Promise<Stripe.Checkout.Session> =>
  callStripe(() =>
    stripe.checkout.sessions.retrieve(sessionId, {
      expand: [
        'payment_intent.latest_charge',
        'payment_intent.payment_method',
        'setup_intent.payment_method',
      ],
    }),
  )

/** A payment with its charge. */
export const retrieveIntent = (stripe: Stripe, intentId: string): Promise<Stripe.PaymentIntent> =>
  callStripe(() => stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }))

/** What a receipt shows of a payment; null where Stripe was not asked for the charge. */
export function receiptOf(intent: Stripe.PaymentIntent | string | null): {
  receiptUrl: string | null
  cardBrand: string | null
  cardLast4: string | null
} {
  const charge = expanded(expanded(intent)?.latest_charge ?? null)
  const card = charge?.payment_method_details?.card
  return {
    receiptUrl: charge?.receipt_url ?? null,
    cardBrand: card?.brand ?? null,
    cardLast4: card?.last4 ?? null,
  }
}

/** The object where Stripe was asked to put it in; null where only its id stands. */
export const expanded = <T extends object>(reference: T | string | null | undefined): T | null =>
  typeof reference === 'object' ? reference : null

export const idOf = (reference: string | { id: string } | null): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)
