import { DomainError } from '@berth/contract/errors'
import { ApplicationFailure } from '@temporalio/common'

/**
 * The one place where our errors become Temporal's: the type is the code, only what may succeed later is
 * retried, and a wait that the other side asked for is kept. Anything else (a database that went away) passes
 * unchanged and is retried by the policy of the call.
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
  const waitMs = error.details['retryAfterMs']
  return ApplicationFailure.create({
    message: error.message,
    type: error.code,
    nonRetryable: !error.retryable,
    ...(typeof waitMs === 'number' ? { nextRetryDelay: waitMs } : {}),
  })
}
