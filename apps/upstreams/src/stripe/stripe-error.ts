import type { Response } from 'express'

/** A refusal in Stripe's shape. */
export interface StripeRefusal {
  readonly status: number
  readonly type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error'
  readonly message: string
  readonly code?: string
  readonly param?: string
  readonly decline_code?: string
  readonly advice_code?: string
  readonly charge?: string
  /** As it stands after the refusal. */
  readonly payment_intent?: Record<string, unknown>
}

/** Thrown by request handling and put on the wire in one place. */
export class StripeError extends Error {
  readonly refusal: StripeRefusal

  constructor(refusal: StripeRefusal) {
    super(refusal.message)
    this.name = 'StripeError'
    this.refusal = refusal
  }
}

export function invalidRequest(
  message: string,
  details: { code?: string; param?: string } = {},
): StripeError {
  return new StripeError({ status: 400, type: 'invalid_request_error', message, ...details })
}

export function resourceMissing(kind: string, id: string, param = 'id'): StripeError {
  const message = `No such ${kind}: '${id}'`
  return new StripeError({
    status: 404,
    type: 'invalid_request_error',
    code: 'resource_missing',
    message,
    param,
  })
}

export function sendRefusal(response: Response, { status, ...error }: StripeRefusal): void {
  response.status(status).json({ error })
}

/** What Stripe's servers say for a bare status, as fault orders need it. */
export function sendStripeStatus(response: Response, status: number, message: string): void {
  const type = status >= 500 ? 'api_error' : status === 402 ? 'card_error' : 'invalid_request_error'
  sendRefusal(response, { status, type, message, ...(status === 429 && { code: 'rate_limit' }) })
}
