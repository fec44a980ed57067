import { centsFromMicros } from '@berth/contract/money'
import type { TopUp } from '@berth/entities/top-up'
import type Stripe from 'stripe'

/** What Stripe's own record of an automatic charge means for its top-up. */
export type ChargeVerdict =
  | { kind: 'paid' }
  /** Still on its way. */
  | { kind: 'open' }
  | { kind: 'refused'; refusal: ChargeRefusal }

export interface ChargeRefusal {
  code: string
  /** The bank's or Stripe's words, for the person. */
  words: string
  /** `confirm`: only its owner can say yes. `never`: the bank says that trying again is no use. */
  advice: 'retry' | 'confirm' | 'never'
}

type Intent = Pick<
  Stripe.PaymentIntent,
  'id' | 'status' | 'amount' | 'amount_received' | 'currency' | 'metadata' | 'last_payment_error'
>

/** Reads the payment as retrieved from Stripe. Source: https://docs.stripe.com/payments/paymentintents/lifecycle */
export function judgeCharge(topUp: Pick<TopUp, 'id' | 'amount'>, intent: Intent): ChargeVerdict {
  switch (intent.status) {
    case 'succeeded':
      return mismatchOf(topUp, intent) ?? { kind: 'paid' }
    case 'processing':
      return { kind: 'open' }
    case 'canceled':
      return refused('canceled', 'The payment was cancelled.', 'retry')
    case 'requires_action':
      return refused('authentication_required', 'The bank wants you to confirm the payment.', 'confirm')
    default:
      return refusalOf(intent.last_payment_error)
  }
}

function refusalOf(error: Intent['last_payment_error']): ChargeVerdict {
  const words = error?.message ?? 'The bank refused the payment.'
  const code = error?.decline_code ?? error?.code ?? 'unknown'
  if (error?.code === 'authentication_required' || code === 'authentication_required') {
    return refused('authentication_required', words, 'confirm')
  }
  return refused(code, words, error?.advice_code === 'do_not_try_again' ? 'never' : 'retry')
}

const refused = (code: string, words: string, advice: ChargeRefusal['advice']): ChargeVerdict => ({
  kind: 'refused',
  refusal: { code, words, advice },
})

/** Money that does not match what was decided is never credited: an operator looks at it. */
function mismatchOf(topUp: Pick<TopUp, 'id' | 'amount'>, intent: Intent): ChargeVerdict | null {
  const cents = centsFromMicros(topUp.amount)
  const is = `payment ${intent.id} is`
  if (intent.metadata['topUpId'] !== topUp.id) return mismatch(`${is} for another top-up`)
  if (intent.currency !== 'usd') return mismatch(`${is} in ${intent.currency}, not in usd`)
  if (intent.amount_received !== cents)
    return mismatch(`${is} over ${intent.amount_received} cents, not over ${cents}`)
  return null
}

const mismatch = (words: string): ChargeVerdict =>
  refused('mismatch', `Nothing was credited: ${words}.`, 'never')
