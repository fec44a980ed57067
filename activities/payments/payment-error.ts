import { DomainError } from '@berth/contract/errors'
import Stripe from 'stripe'

/** A revoked key is mended by a person, and money that was paid must still arrive then: asked slowly, never given up on. */
const OPERATOR_DELAY_MS = 60_000
const { errors } = Stripe

interface PaymentErrorOptions {
  retryable: boolean
  /** How long to wait before the same call again, where Stripe said so. */
  retryAfterMs?: number | null
}

/** What every failed call of Stripe becomes; the code says which. */
export class PaymentError extends DomainError {
  constructor(code: string, message: string, { retryable, retryAfterMs = null }: PaymentErrorOptions) {
    super(code, message, { retryable, details: { retryAfterMs } })
  }
}

/**
 * Runs one call of Stripe. A cut connection or a timeout is *unknown*, not refused: it is retryable, and whoever retries
 * uses the same idempotency key, so that it happens once. What Stripe refused for good is not retryable.
 * Source: https://docs.stripe.com/error-low-level
 */
export async function callStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof errors.StripeError ? toPaymentError(error) : error
  }
}

// Why: no `cause`. Stripe's error objects hold the request's headers and raw body, and a cause ends up in histories.
function toPaymentError(error: InstanceType<typeof errors.StripeError>): PaymentError {
  const { code, ...options } = classify(error)
  const request = error.requestId === undefined ? '' : ` (${error.requestId})`
  return new PaymentError(code, `Stripe: ${withoutKeys(error.message)}${request}`, options)
}

function classify(
  error: InstanceType<typeof errors.StripeError>,
): { code: string } & Required<PaymentErrorOptions> {
  const waitMs = retryAfterMs(error)
  const again = (code: string, ms: number | null = waitMs) => ({ code, retryable: true, retryAfterMs: ms })
  const never = (code: string) => ({ code, retryable: false, retryAfterMs: null })
  // Why: 409 means that the first attempt with this key is still being worked on.
  if (error.statusCode === 409) return again('stripe_busy')
  if (error instanceof errors.StripeConnectionError) return again('stripe_unknown')
  if (error instanceof errors.StripeRateLimitError) return again('stripe_rate_limited')
  if (error instanceof errors.StripeAuthenticationError) return again('stripe_auth', OPERATOR_DELAY_MS)
  if (error instanceof errors.StripePermissionError) return again('stripe_auth', OPERATOR_DELAY_MS)
  if (error instanceof errors.StripeCardError) return never('stripe_card_declined')
  if (error instanceof errors.StripeIdempotencyError) return never('stripe_idempotency_mismatch')
  if (error instanceof errors.StripeInvalidRequestError) return never('stripe_invalid_request')
  return again('stripe_unavailable')
}

function retryAfterMs({ headers }: InstanceType<typeof errors.StripeError>): number | null {
  const seconds = Number(headers?.['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null
}

function withoutKeys(message: string): string {
  return message.replaceAll(/\b(sk|rk)_(live|test)_[\w*]+/g, '$1_…')
}
