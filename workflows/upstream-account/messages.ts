import { defineSignal } from '@temporalio/workflow'

export interface UpstreamAccountInput {
  account: string
  /** State carried over continue-as-new. */
  carried?: { unownedSince: Record<string, string> }
}

export const upstreamAccountWorkflowType = 'upstreamAccount'
export const upstreamAccountWorkflowId = (account: string): string => `upstream-account/${account}`
export const refreshNowSignal = defineSignal('refreshNow')
