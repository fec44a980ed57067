import type { NotificationActivities } from '@berth/activities/notifications/activities'
import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  patched,
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

const { forgetNotices } = proxyActivities<NotificationActivities>({
  taskQueue: TASK_QUEUES.notices,
  startToCloseTimeout: '30s',
  retry: { maximumAttempts: 1 },
  summary: 'Delete what is older than 90 days',
})

/**
 * Looks at the outbox for as long as the installation lives; the looking itself is one activity a minute. What is old is
 * forgotten beside it: that may fail, and is tried again with the next look, without holding up what is due.
 */
export async function outbox(): Promise<void> {
  // Why asked once: a run begun before this, without the marker, leaves forgetting to its successor.
  const forgetsApart = patched('forget-apart')
  for (let round = 0; round < ROUNDS_PER_RUN; round += 1) {
    const said = await Promise.all([relay(), ...(forgetsApart ? [forget()] : [])])
    setCurrentDetails(`${new Date().toISOString()}: ${said.join(', ')}`)
  }
  return continueAsNew<typeof outbox>()
}

async function relay(): Promise<string> {
  try {
    return `${(await relayDeliveries()).started} deliveries started`
  } catch (error) {
    const failure = failureOf(error)
    await sleep(PAUSE_AFTER_FAILURE_MS)
    return `the look failed: ${failure}`
  }
}

async function forget(): Promise<string> {
  try {
    return `${(await forgetNotices()).forgotten} old notices deleted`
  } catch (error) {
    return `old notices not deleted: ${failureOf(error)}`
  }
}

/** What an activity failed for; anything else is not ours to catch. */
function failureOf(error: unknown): string {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
  return rootCause(error) ?? 'no answer'
}
