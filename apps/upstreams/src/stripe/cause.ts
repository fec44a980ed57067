import type { Request, Response } from 'express'
import type { Cause } from './events.ts'

/** The API request an event names as its cause. */
export function causeOf(request: Request, response: Response): Cause {
  return {
    requestId: String(response.getHeader('Request-Id')),
    idempotencyKey: request.get('Idempotency-Key') ?? null,
  }
}
