import { housekeepingWorkflowId, housekeepingWorkflowType } from '@berth/workflows/housekeeping/messages'
import { outboxWorkflowId, outboxWorkflowType } from '@berth/workflows/outbox/messages'
import { paymentsWatchWorkflowId, paymentsWatchWorkflowType } from '@berth/workflows/payments-watch/messages'
import {
  reconciliationWorkflowId,
  reconciliationWorkflowType,
} from '@berth/workflows/reconciliation/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import {
  upstreamAccountWorkflowId,
  upstreamAccountWorkflowType,
  type UpstreamAccountInput,
} from '@berth/workflows/upstream-account/messages'
import type { Client } from '@temporalio/client'

const EVERY_MS = 10_000

/**
 * Starts them now, and again every ten seconds: a Temporal whose store was lost forgets them, and with them whoever
 * starts the workflows of the rentals again. Answers how to stop.
 */
export async function keepStandingWorkflows(
  client: Client,
  accounts: string[],
  onFailure: (error: unknown) => void,
): Promise<() => void> {
  await startStandingWorkflows(client, accounts)
  const timer = setInterval(() => {
    startStandingWorkflows(client, accounts).catch(onFailure)
  }, EVERY_MS)
  return () => clearInterval(timer)
}

/** The workflows that always run: one each for an account, the whole house, the outbox, payments and what providers charge us. Starting them again does nothing. */
async function startStandingWorkflows(client: Client, accounts: string[]): Promise<void> {
  const standing = { taskQueue: TASK_QUEUES.main, workflowIdConflictPolicy: 'USE_EXISTING' } as const
  await client.workflow.start(housekeepingWorkflowType, {
    ...standing,
    workflowId: housekeepingWorkflowId,
    staticSummary: 'settles late wallets, starts lost rentals',
  })
  await client.workflow.start(paymentsWatchWorkflowType, {
    ...standing,
    workflowId: paymentsWatchWorkflowId,
    staticSummary: 'charges saved cards of wallets that run low, asks Stripe for unheard events',
  })
  await client.workflow.start(outboxWorkflowType, {
    ...standing,
    workflowId: outboxWorkflowId,
    staticSummary: 'starts the deliveries of notices',
  })
  await client.workflow.start(reconciliationWorkflowType, {
    ...standing,
    workflowId: reconciliationWorkflowId,
    staticSummary: 'compares what providers charge us with what we booked, every night',
  })
  for (const account of accounts) {
    await client.workflow.start<(input: UpstreamAccountInput) => Promise<void>>(upstreamAccountWorkflowType, {
      ...standing,
      workflowId: upstreamAccountWorkflowId(account),
      args: [{ account }],
      staticSummary: `offers and pods of ${account}`,
    })
  }
}
