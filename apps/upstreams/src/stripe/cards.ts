/** What a card of Stripe's test set does. */
export type CardOutcome =
  | { readonly kind: 'pays'; readonly disputes: boolean }
  | {
      readonly kind: 'declines'
      readonly code: string
      readonly declineCode: string
      readonly message: string
    }

const declines = (declineCode: string, message: string, code = 'card_declined'): CardOutcome => ({
  kind: 'declines',
  code,
  declineCode,
  message,
})

const CARDS: Record<string, CardOutcome> = {
  '4242424242424242': { kind: 'pays', disputes: false },
  '5555555555554444': { kind: 'pays', disputes: false },
  '4000000000000259': { kind: 'pays', disputes: true },
  '4000000000000002': declines('generic_decline', 'Your card was declined.'),
  '4000000000009995': declines('insufficient_funds', 'Your card has insufficient funds.'),
  '4000000000000069': declines('expired_card', 'Your card has expired.', 'expired_card'),
}

export const GOOD_CARD = '4242 4242 4242 4242'

/** Test mode takes test cards only, as the real one does. */
export function outcomeOf(cardNumber: string): CardOutcome {
  const digits = cardNumber.replace(/\D/g, '')
  return (
    CARDS[digits] ??
    declines('invalid_number', 'Your card number is not one of the test cards.', 'incorrect_number')
  )
}
