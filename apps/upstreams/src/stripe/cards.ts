/** What a card of Stripe's test set does. */
export type CardOutcome =
  | {
      readonly kind: 'pays'
      readonly disputes: boolean
      /** When the bank wants its customer to confirm: at every payment, or only until the card has been set up for later. */
      readonly authentication: 'never' | 'until_set_up' | 'always'
    }
  | {
      readonly kind: 'declines'
      readonly code: string
      readonly declineCode: string
      readonly message: string
      readonly adviceCode: string | null
      /** Can be saved although it pays nothing. */
      readonly attaches: boolean
    }
export type Decline = Extract<CardOutcome, { kind: 'declines' }>

interface DeclineDetails {
  code?: string
  adviceCode?: string
  attaches?: boolean
}

const declines = (
  declineCode: string,
  message: string,
  { code = 'card_declined', adviceCode, attaches = false }: DeclineDetails = {},
): Decline => ({ kind: 'declines', code, declineCode, message, adviceCode: adviceCode ?? null, attaches })

const pays = (
  authentication: 'never' | 'until_set_up' | 'always' = 'never',
  disputes = false,
): CardOutcome => ({
  kind: 'pays',
  disputes,
  authentication,
})

/** Source: https://docs.stripe.com/testing */
const CARDS: Record<string, CardOutcome> = {
  '4242424242424242': pays(),
  '5555555555554444': pays(),
  '4000000000000259': pays('never', true),
  '4000002500003155': pays('until_set_up'),
  '4000002760003184': pays('always'),
  '4000000000000002': declines('generic_decline', 'Your card was declined.', {
    adviceCode: 'try_again_later',
  }),
  '4000000000009995': declines('insufficient_funds', 'Your card has insufficient funds.', {
    adviceCode: 'try_again_later',
  }),
  '4000000000000069': declines('expired_card', 'Your card has expired.', { code: 'expired_card' }),
  '4000000000009979': declines('stolen_card', 'Your card was declined.', { adviceCode: 'do_not_try_again' }),
  '4000000000000341': declines('generic_decline', 'Your card was declined.', { attaches: true }),
}

export const GOOD_CARD = '4242 4242 4242 4242'

/** What a bank says to a payment in its customer's absence that it wants confirmed. */
export const AUTHENTICATION_REQUIRED = declines(
  'authentication_required',
  'Your card was declined. This transaction requires authentication.',
  { code: 'authentication_required' },
)
/** What is said where the customer did not confirm. */
export const AUTHENTICATION_FAILED = declines(
  'authentication_required',
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  { code: 'payment_intent_authentication_failure' },
)

export const digitsOf = (cardNumber: string): string => cardNumber.replace(/\D/g, '')

/** Test mode takes test cards only, as the real one does. */
export function outcomeOf(cardNumber: string): CardOutcome {
  return (
    CARDS[digitsOf(cardNumber)] ??
    declines('invalid_number', 'Your card number is not one of the test cards.', { code: 'incorrect_number' })
  )
}

export const brandOf = (cardNumber: string): 'visa' | 'mastercard' =>
  digitsOf(cardNumber).startsWith('5') ? 'mastercard' : 'visa'
