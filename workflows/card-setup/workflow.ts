import type { PaymentActivities } from '@berth/activities/payments/activities'
import { allHandlersFinished, condition, proxyActivities, setHandler, sleep } from '@temporalio/workflow'
import { nextCheckDelayMs } from '../top-up/state.ts'
import { openCardSetupUpdate, type CardSetupWorkflowInput } from './messages.ts'

/** As long as a top-up's page. */
const PAGE_LIFETIME_MS = 2 * 3_600_000

/** A person waits for this one: after ten minutes nobody wants the page any more. */
const { createCardSetup } = proxyActivities<PaymentActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '10m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  summary: 'Open the page on which a card is saved',
})
const { settleCardSetup } = proxyActivities<PaymentActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2m' },
  summary: 'Ask Stripe whether a card was entered; keep it',
})

/** Saves a card without a payment. A webhook usually does it sooner; one that never comes is healed by the checks. */
export async function cardSetup({
  setupId,
  walletId,
}: CardSetupWorkflowInput): Promise<{ status: 'saved' | 'expired' }> {
  const expiresAt = Math.floor((Date.now() + PAGE_LIFETIME_MS) / 1000)
  const opening = createCardSetup({ setupId, walletId, expiresAt })
  setHandler(openCardSetupUpdate, async () => ({ url: (await opening).url }))
  const { sessionId } = await opening
  await condition(allHandlersFinished)
  for (let checks = 0; ; checks += 1) {
    const delayMs = nextCheckDelayMs(checks)
    if (delayMs === null) return { status: 'expired' }
    await sleep(delayMs)
    const { status } = await settleCardSetup({ sessionId })
    if (status !== 'open') return { status }
  }
}
