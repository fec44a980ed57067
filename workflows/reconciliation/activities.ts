import type { ReconciliationActivities } from '@berth/activities/reconciliation/activities'
import { proxyActivities } from '@temporalio/workflow'
import { TASK_QUEUES } from '../task-queues.ts'

/** PostgreSQL only: each finds its own earlier effect, and nothing is lost by trying until the database is back. */
export const records = proxyActivities<ReconciliationActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
})

/** A read. Few tries: whoever does not answer is asked again the next night. */
export const { readBill } = proxyActivities<ReconciliationActivities>({
  taskQueue: TASK_QUEUES.providers,
  startToCloseTimeout: '2m',
  retry: { initialInterval: '5s', backoffCoefficient: 3, maximumAttempts: 3 },
})
