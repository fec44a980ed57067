import { centsFromMicros } from '@berth/contract/money'
import type { TopUp } from '@berth/entities/top-up'
import type Stripe from 'stripe'

/** What Stripe's own record of a checkout means for a top-up. */
export type CheckoutVerdict =
  | { kind: 'paid' }
  | { kind: 'open' }
  | { kind: 'expired' }
  | { kind: 'mismatch'; words: string }

type Session = Pick<
  Stripe.Checkout.Session,
  'id' | 'mode' | 'status' | 'payment_status' | 'amount_total' | 'currency' | 'metadata'
>

/**
 * Reads the session as retrieved from Stripe, never as an event told it. Money that does not match what the person
 * asked for in currency, amount or owner is never credited: an operator looks at it.
 */
export function judgeCheckout(
  topUp: Pick<TopUp, 'id' | 'amount' | 'checkoutSessionId'>,
  session: Session,
): CheckoutVerdict {
  const words = mismatchOf(topUp, session)
  if (words !== null) return { kind: 'mismatch', words }
  if (session.payment_status === 'paid') return { kind: 'paid' }
  return { kind: session.status === 'expired' ? 'expired' : 'open' }
}

function mismatchOf(
  topUp: Pick<TopUp, 'id' | 'amount' | 'checkoutSessionId'>,
  session: Session,
): string | null {
  const cents = centsFromMicros(topUp.amount)
  if (topUp.checkoutSessionId !== null && topUp.checkoutSessionId !== session.id) {
    return `the top-up belongs to checkout ${topUp.checkoutSessionId}, not to ${session.id}`
  }
  if (session.metadata?.['topUpId'] !== topUp.id) return `checkout ${session.id} names another top-up`
  if (session.mode !== 'payment') return `checkout ${session.id} is no payment but a ${session.mode}`
  if (session.currency !== 'usd') return `checkout ${session.id} is in ${session.currency}, not in usd`
  if (session.amount_total !== cents) {
    return `checkout ${session.id} is over ${session.amount_total} cents, not over ${cents}`
  }
  return null
}
