import { openCheckoutUpdate } from '@berth/workflows/top-up/messages'
import { extendUpdate } from '@berth/workflows/rental/messages'
import { ApplicationFailure, condition, proxyActivities, setHandler } from '@temporalio/workflow'

/**
 * The least that answers the real workflows' messages, so that the API's side of them is tried against a real worker
 * without providers or Stripe. Named as the real ones are.
 */
const { openPage, countExtension } = proxyActivities<StandInActivities>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 1 },
})

export interface StandInActivities {
  openPage: (input: { topUpId: string }) => Promise<{ url: string }>
  countExtension: () => Promise<void>
}

export async function topUp({ topUpId }: { topUpId: string }): Promise<void> {
  const opening = openPage({ topUpId }).catch(() => null)
  setHandler(openCheckoutUpdate, async () => {
    const page = await opening
    if (!page) throw ApplicationFailure.nonRetryable('The page can not be paid.', 'checkout_closed')
    return page
  })
  await condition(() => false)
}

export async function rental(): Promise<void> {
  setHandler(
    extendUpdate,
    async ({ endsAt = null, spendLimitMicros = null }) => {
      await countExtension()
      return { endsAt, spendLimitMicros }
    },
    {
      validator: ({ addSeconds }) => {
        if (addSeconds !== undefined)
          throw ApplicationFailure.nonRetryable('It has no end to move.', 'not_extendable')
      },
    },
  )
  await condition(() => false)
}
