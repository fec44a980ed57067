export const housekeepingWorkflowType = 'housekeeping'
/** One for the whole installation. */
export const housekeepingWorkflowId = 'housekeeping'
