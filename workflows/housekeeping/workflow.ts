import type { BillingActivities } from '@berth/activities/billing/activities'
import type { ProvisioningActivities } from '@berth/activities/provisioning/activities'
import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow'

const EVERY_MS = 15_000
const ROUNDS_PER_RUN = 240

const once = { startToCloseTimeout: '30s', retry: { maximumAttempts: 1 } } as const
const { sweepWallets } = proxyActivities<BillingActivities>(once)
const { ensureWorkflows } = proxyActivities<ProvisioningActivities>(once)

/**
 * The safety net under every rental, since PostgreSQL is the record: settles wallets whose own workflows are
 * late, and starts the workflow of any live rental that has none. Everything it does may be done twice.
 */
export async function housekeeping(): Promise<void> {
  for (let round = 0; round < ROUNDS_PER_RUN; round += 1) {
    setCurrentDetails(await sweep())
    await sleep(EVERY_MS)
  }
  return continueAsNew<typeof housekeeping>()
}

/** A failed sweep is told and followed by the next: it must not stop while the database is away. */
async function sweep(): Promise<string> {
  const at = new Date().toISOString()
  try {
    const { settledWallets, orphans } = await sweepWallets()
    const started = await ensureWorkflows({ rentalIds: orphans.map(({ rentalId }) => rentalId) })
    return `${at}: ${settledWallets} late wallets settled, ${started} rentals reminded or started`
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    return `${at}: failed: ${rootCause(error) ?? 'no answer'}`
  }
}
