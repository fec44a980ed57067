export const outboxWorkflowType = 'outbox'
/** One for the whole installation. */
export const outboxWorkflowId = 'outbox'
