import { defineSignal } from '@temporalio/workflow'

export interface UpstreamAccountInput {
  account: string
}

export const upstreamAccountWorkflowType = 'upstreamAccount'
export const upstreamAccountWorkflowId = (account: string): string => `upstream-account/${account}`

/** Ask the account for its offers now instead of at the next round. */
export const refreshNowSignal = defineSignal('refreshNow')
