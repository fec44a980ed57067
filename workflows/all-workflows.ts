/** What a worker runs; names are the workflow types that callers start. */
export { autoTopUp } from './auto-top-up/workflow.ts'
export { cardSetup } from './card-setup/workflow.ts'
export { housekeeping } from './housekeeping/workflow.ts'
export { paymentsWatch } from './payments-watch/workflow.ts'
export { rental } from './rental/workflow.ts'
export { stripeEvent } from './stripe-event/workflow.ts'
export { topUp } from './top-up/workflow.ts'
export { upstreamAccount } from './upstream-account/workflow.ts'
