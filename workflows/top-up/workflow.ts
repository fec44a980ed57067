import type { PaymentActivities } from '@berth/activities/payments/activities'
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { checkoutChangedSignal, openCheckoutUpdate, type TopUpInput } from './messages.ts'
import { nextCheckDelayMs } from './state.ts'

export interface TopUpResult {
  status: 'paid' | 'expired'
}

/** A person waits for this one: it is worth ten minutes, afterwards nobody wants the page any more. */
const { createCheckout } = proxyActivities<PaymentActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '10m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  summary: 'Open the hosted page at Stripe',
})

/** Money may have been paid: tried until Stripe and the database both answer. */
const patient = {
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '7d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2m' },
} as const
const { abandonCheckout } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Give up the top-up: its page could not be opened',
})
const { settleCheckout } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Ask Stripe what became of the checkout; credit the wallet if it is paid',
})
const { notifyWalletFunded } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Tell the live rentals of the wallet that money has arrived',
})

/**
 * One top-up, from the wish to the money in the wallet: opens the hosted page, then waits for news by webhook or for the
 * next check, whichever is first. A webhook only makes it faster; one that never arrives is healed by the checks.
 */
export async function topUp({ topUpId, checks: checksBefore = 0 }: TopUpInput): Promise<TopUpResult> {
  let news = false
  setHandler(checkoutChangedSignal, () => {
    news = true
  })
  const opening = openCheckout(topUpId)
  setHandler(openCheckoutUpdate, async () => {
    const { url } = await opening
    if (url === null) throw ApplicationFailure.nonRetryable('The page can not be paid.', 'checkout_closed')
    return { url }
  })

  const { status } = await opening
  news ||= status !== 'open'
  for (let checks = checksBefore; ; checks += 1) {
    await waitForNews(() => news, checks)
    news = false
    const result = await settle(topUpId)
    await condition(allHandlersFinished)
    if (result !== null) return result
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof topUp>({ topUpId, checks: checks + 1 })
    }
  }
}

async function openCheckout(topUpId: string) {
  try {
    return await createCheckout({ topUpId })
  } catch (error) {
    if (isCancellation(error)) throw error
    return await abandonCheckout({ topUpId })
  }
}

async function waitForNews(news: () => boolean, checks: number): Promise<void> {
  const delayMs = nextCheckDelayMs(checks)
  if (delayMs === null) {
    const words = 'Stripe says neither paid nor expired, long after the page should have closed.'
    throw ApplicationFailure.nonRetryable(words, 'checkout_undecided')
  }
  await condition(news, delayMs)
}

/** Null while the checkout is open. Fails the workflow where an operator has to look. */
async function settle(topUpId: string): Promise<TopUpResult | null> {
  const checkout = await settleCheckout({ topUpId })
  if (checkout.status === 'open') return null
  if (checkout.status === 'failed') throw ApplicationFailure.nonRetryable(checkout.words, 'top_up_failed')
  if (checkout.status === 'paid') await notifyWalletFunded({ walletId: checkout.walletId })
  return { status: checkout.status }
}
