import { DomainError } from '@berth/contract/errors'
import { ApplicationFailure } from '@temporalio/common'
import { QueryFailedError } from 'typeorm'

/** What our SQL functions raise on purpose, by SQLSTATE. None of them goes away by asking again. */
const CODES: Record<string, string> = {
  BE001: 'append_only',
  BE002: 'wallet_must_open_empty',
  BE003: 'unbalanced_transaction',
  BE004: 'not_found',
  BE005: 'invalid_amount',
  BE010: 'idempotency_conflict',
  BE020: 'promotion_refused',
}

/** A refusal of ours as a `DomainError`; anything else (a lost connection, a lock that took too long) as it came. */
export function billingErrorOf(error: unknown): unknown {
  if (!(error instanceof QueryFailedError)) return error
  const { code, message, hint } = error.driverError as Error & { code?: string; hint?: string }
  const known = code === undefined ? undefined : CODES[code]
  if (known === undefined) return error
  return new DomainError(known, hint ? `${message}. ${hint}` : message, { cause: error })
}

/**
 * Errors as Temporal takes them, in this one place of billing: a `DomainError` says itself whether it may be retried, and
 * everything else is retried by the activity's policy, which every billing call allows.
 */
export async function asActivityResult<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: !error.retryable,
      cause: error,
    })
  }
}
