import { defineSignal } from '@temporalio/workflow'

export const reconciliationWorkflowType = 'reconciliation'
/** One for the whole installation. */
export const reconciliationWorkflowId = 'reconciliation'

export interface ReconciliationInput {
  /** Carried over continue-as-new: a run that is under way. */
  underWay?: RunUnderWay | null
  /** Carried over continue-as-new: an operator who does not wait for the night; their run begins after the one that is under way. */
  requestedBy?: string | null
}

export interface RunUnderWay {
  runId: string
  /** The last rental that was reconciled. */
  after: string | null
  /** Accounts that did not answer: asked again the next night. */
  silent: string[]
}

/** By an operator, named by id. While a run is under way, another begins after it: that one may have asked already. */
export const reconcileNowSignal = defineSignal<[{ requestedBy: string }]>('reconcileNow')
