import type { BillingActivities } from '@berth/activities/billing/activities'
import type { CatalogActivities } from '@berth/activities/catalog/activities'
import type { ProvisioningActivities } from '@berth/activities/provisioning/activities'
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import { TASK_QUEUES } from '../task-queues.ts'

/**
 * PostgreSQL only: short, safe to repeat (each finds its own earlier effect), tried until the database is back.
 * Local, so that one renewal costs one marker in the history instead of three events and a second task.
 */
const record = {
  startToCloseTimeout: '10s',
  localRetryThreshold: '20s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
} as const

export const meter = proxyLocalActivities<BillingActivities>(record)
export const catalog = proxyLocalActivities<CatalogActivities>(record)
export const records = proxyLocalActivities<ProvisioningActivities>(record)

const providers = { taskQueue: TASK_QUEUES.providers } as const

/**
 * Creates money-costing things upstream: never repeated by the platform; an unheard answer is resolved by the marker. The
 * heartbeat makes a worker's death known in seconds, so that what it had ordered is looked for soon.
 */
export const once = proxyActivities<ProvisioningActivities>({
  ...providers,
  startToCloseTimeout: '90s',
  heartbeatTimeout: '20s',
  scheduleToStartTimeout: '10m',
  retry: { maximumAttempts: 1 },
})

/** Reads and idempotent orders: a few quick tries here, then the workflow waits, says so, and an operator may hurry it. */
export const asked = proxyActivities<ProvisioningActivities>({
  ...providers,
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 4 },
})

/** Watches a booting pod: long, beats its heart, ends at once when the rental is stopped. */
export const watched = proxyActivities<ProvisioningActivities>({
  ...providers,
  startToCloseTimeout: '45m',
  heartbeatTimeout: '30s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s' },
})
