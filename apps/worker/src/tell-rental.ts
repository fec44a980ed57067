import type { PodNews } from '@berth/activities/provisioning/watch-fleet'
import { podObservedSignal, rentalWorkflowId } from '@berth/workflows/rental/messages'
import { WorkflowNotFoundError, type Client } from '@temporalio/client'

const DEADLINE_MS = 5_000

/** Hands what the fleet watch saw to the rental's workflow; false when it has ended meanwhile. */
export const createTellRental =
  (client: Client) =>
  async ({ rentalId, ...observed }: PodNews): Promise<boolean> => {
    try {
      const handle = client.workflow.getHandle(rentalWorkflowId(rentalId))
      await client.withDeadline(Date.now() + DEADLINE_MS, () => handle.signal(podObservedSignal, observed))
      return true
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false
      throw error
    }
  }
