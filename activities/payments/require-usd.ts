import { PaymentError } from './payment-error.ts'

/** Wallets know one currency. Money in another is never converted silently: an operator decides. */
export function requireUsd(what: string, currency: string): void {
  if (currency === 'usd') return
  throw new PaymentError('currency_mismatch', `The ${what} is in ${currency}, the wallet in usd.`, {
    retryable: false,
  })
}
