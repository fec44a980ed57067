import { continueAsNew, proxyActivities, sleep } from '@temporalio/workflow'
import type { BillingActivities } from '@berth/activities/billing/activities'

const { renewHold } = proxyActivities<BillingActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
})

/** Below where a server begins to warn of long histories. */
const TICKS_EACH_RUN = 300

/** What one would write first: wake each second, debit a second. */
export async function naiveTick(rentalId: string): Promise<void> {
  for (let tick = 0; tick < TICKS_EACH_RUN; tick += 1) {
    await sleep('1s')
    await renewHold({ rentalId })
  }
  await continueAsNew<typeof naiveTick>(rentalId)
}
