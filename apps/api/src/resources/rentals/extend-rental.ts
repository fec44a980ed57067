import { assertNever } from '@berth/contract/errors'
import type { ExtendRental } from '@berth/contract/schemas/rentals'
import { isStoppable } from '@berth/contract/rental-status'
import type { Rental } from '@berth/entities/rental'
import type { ExtendRequest } from '@berth/workflows/rental/messages'
import type { Logger } from 'pino'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'

/** Asks the rental to move its end or its budget, and waits for its word. Repeating with the same key asks once. */
export async function extendRental(
  { orchestrator }: { orchestrator: Orchestrator },
  { rental, by, key, log }: { rental: Rental; by: ExtendRental; key: string; log: Logger },
): Promise<void> {
  if (!isStoppable(rental.phase)) {
    throw problem(
      'not_extendable',
      `This rental ${rental.phase === 'ended' ? 'has ended' : 'is being stopped'}; rent a new pod.`,
    )
  }
  let outcome
  try {
    outcome = await orchestrator.extendRental(rental.id, key, toRequest(by))
  } catch (error) {
    log.error({ err: error, rentalId: rental.id }, 'the rental workflow did not answer an extension')
    throw problem(
      'orchestrator_unavailable',
      'The rental did not answer in time, so it is not known yet whether it was extended. Repeat this request with the same Idempotency-Key: it takes effect once.',
      { retryAfterSeconds: 5, cause: error },
    )
  }
  if (!outcome.ok) throw problem('not_extendable', outcome.reason)
}

function toRequest(by: ExtendRental): ExtendRequest {
  switch (by.by) {
    case 'seconds':
      return { addSeconds: by.seconds }
    case 'until':
      return { endsAt: new Date(by.endsAt).toISOString() }
    case 'until_stopped':
      return { endsAt: null, spendLimitMicros: null }
    case 'budget':
      return { spendLimitMicros: by.spendLimitMicros }
    default:
      return assertNever(by)
  }
}
