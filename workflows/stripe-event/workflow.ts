import type { PaymentActivities } from '@berth/activities/payments/activities'
import { ApplicationFailure, getExternalWorkflowHandle, proxyActivities } from '@temporalio/workflow'
import { checkoutChangedSignal, topUpWorkflowId } from '../top-up/messages.ts'
import type { StripeEventInput, StripeEventResult } from './messages.ts'

const patient = {
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2m' },
} as const
const { processStripeEvent } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Ask Stripe for the object the event is about and apply what became of it',
})
const { notifyWalletFunded } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Tell the live rentals of the wallet that money has arrived',
})

/**
 * Applies one recorded event, once. The top-up it is about passes the news on to the rentals; where that workflow is over
 * or never was (its store was lost), this one does.
 */
export async function stripeEvent({ eventId }: StripeEventInput): Promise<StripeEventResult> {
  const { outcome, topUpId, fundedWalletId } = await processStripeEvent({ eventId })
  const passedOn = topUpId !== null && (await tellTopUp(topUpId))
  if (fundedWalletId !== null && !passedOn) await notifyWalletFunded({ walletId: fundedWalletId })
  return { outcome }
}

async function tellTopUp(topUpId: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(topUpWorkflowId(topUpId)).signal(checkoutChangedSignal)
    return true
  } catch (error) {
    // Why: the only way the server refuses a signal to another workflow is that it isn't running.
    if (error instanceof ApplicationFailure) return false
    throw error
  }
}
