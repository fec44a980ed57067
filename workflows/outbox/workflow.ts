import type { NotificationActivities } from '@berth/activities/notifications/activities'
import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow'
import { TASK_QUEUES } from '../task-queues.ts'

const ROUNDS_PER_RUN = 500
const PAUSE_AFTER_FAILURE_MS = 2_000

const { relayDeliveries } = proxyActivities<NotificationActivities>({
  taskQueue: TASK_QUEUES.notices,
  startToCloseTimeout: '2m',
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 1 },
  summary: 'Watch for deliveries that are due, and start their workflows',
})

/** Looks at the outbox for as long as the installation lives; the looking itself is one activity a minute. */
export async function outbox(): Promise<void> {
  for (let round = 0; round < ROUNDS_PER_RUN; round += 1) {
    try {
      const { started } = await relayDeliveries()
      setCurrentDetails(`${new Date().toISOString()}: ${started} deliveries started`)
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
      setCurrentDetails(`${new Date().toISOString()}: failed: ${rootCause(error) ?? 'no answer'}`)
      await sleep(PAUSE_AFTER_FAILURE_MS)
    }
  }
  return continueAsNew<typeof outbox>()
}
