import { DomainError } from '@berth/contract/errors'
import { ApplicationFailure } from '@temporalio/common'
import { PaymentError } from './payment-error.ts'

/**
 * Turns our errors into Temporal's, in this one place of payments: the type is the code, only what may succeed later is
 * retried, and Stripe's own delay is kept. Anything else (a database that went away) is retried by the policy.
 */
export function asActivity<Input, Output>(
  work: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    try {
      return await work(input)
    } catch (error) {
      throw error instanceof DomainError ? toFailure(error) : error
    }
  }
}

function toFailure(error: DomainError): ApplicationFailure {
  const delayMs = error instanceof PaymentError ? error.retryAfterMs : null
  return ApplicationFailure.create({
    message: error.message,
    type: error.code,
    nonRetryable: !error.retryable,
    ...(delayMs !== null && { nextRetryDelay: delayMs }),
  })
}
