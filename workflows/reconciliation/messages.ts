import { defineSignal } from '@temporalio/workflow'

export const reconciliationWorkflowType = 'reconciliation'
/** One for the whole installation. */
export const reconciliationWorkflowId = 'reconciliation'

export interface ReconciliationInput {
  /** Carried over continue-as-new: a run that is under way. */
  underWay?: RunUnderWay | null
  /** Carried over continue-as-new: an operator who does not wait for the night. */
  requestedBy?: string | null
}

export interface RunUnderWay {
  runId: string
  /** The last rental that was reconciled. */
  after: string | null
  /** Accounts that did not answer: asked again the next night. */
  silent: string[]
}

/** By an operator, named by id. While a run is under way it changes nothing: that run is what was wanted. */
export const reconcileNowSignal = defineSignal<[{ requestedBy: string }]>('reconcileNow')
