import type { Cause } from '@berth/contract/causes'
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from '@berth/contract/rental-status'
import { insertedAt, json, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/** How a launch attempt ended; an attempt without one is still open. */
export interface LaunchOutcome {
  attemptId: string
  outcome: AttemptOutcome
  /** The provider's own words, or ours. */
  message: string | null
  /** The name of the message, where it is ours. */
  cause: Cause | null
  podId: string | null
  hostId: string | null
  finishedAt: Date
}

export const LaunchOutcomeEntity = table<LaunchOutcome>('launch_outcomes', {
  columns: {
    attemptId: primary(text()),
    outcome: oneOf(ATTEMPT_OUTCOMES),
    message: nullable(text()),
    cause: nullable(json()),
    podId: nullable(text()),
    hostId: nullable(text()),
    finishedAt: insertedAt(),
  },
  references: [{ on: 'attemptId', table: 'launch_attempts' }],
})
