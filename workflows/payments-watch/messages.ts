export interface PaymentsWatchInput {
  /** Stripe's events have been seen up to here, seconds; carried over continue-as-new. Null: ask for all there are. */
  eventsSeenUntil?: number | null
}

export const paymentsWatchWorkflowType = 'paymentsWatch'
/** One for the whole installation. */
export const paymentsWatchWorkflowId = 'payments-watch'
