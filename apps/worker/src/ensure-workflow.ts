import type { LostRental } from '@berth/activities/provisioning/lost-workflows'
import {
  rentalTaskTimeout,
  rentalWorkflowId,
  rentalWorkflowType,
  stopSignal,
  type RentalInput,
} from '@berth/workflows/rental/messages'
import { rentalAttributes } from '@berth/workflows/rental/search-attributes'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import type { Client, WorkflowHandle } from '@temporalio/client'
import { TypedSearchAttributes } from '@temporalio/common'

const DEADLINE_MS = 5_000

/**
 * Starts the workflow of a live rental unless it runs (then this changes nothing), also when an earlier one was
 * terminated or its store was lost: the row is the record, and the workflow resumes from it.
 */
export const createEnsureWorkflow =
  (client: Client) =>
  async (rental: LostRental): Promise<void> => {
    await client.withDeadline(Date.now() + DEADLINE_MS, async () => {
      const handle = await start(client, rental)
      if (rental.stopRequestedAt !== null) {
        await handle.signal(stopSignal, { requestedAt: rental.stopRequestedAt, by: 'user' })
      }
    })
  }

const start = (
  client: Client,
  { rentalId, userId, provider, gpuModel, summary }: LostRental,
): Promise<WorkflowHandle> =>
  client.workflow.start<(input: RentalInput) => Promise<void>>(rentalWorkflowType, {
    workflowId: rentalWorkflowId(rentalId),
    taskQueue: TASK_QUEUES.main,
    args: [{ rentalId }],
    workflowTaskTimeout: rentalTaskTimeout,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: summary,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: rentalAttributes.phase, value: 'reserving' },
      { key: rentalAttributes.health, value: 'ok' },
      { key: rentalAttributes.provider, value: provider },
      { key: rentalAttributes.gpuModel, value: gpuModel },
      { key: rentalAttributes.user, value: userId },
    ]),
  })
