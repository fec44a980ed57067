import type { NewAdjustment, NewPromotion } from '@berth/contract/schemas/operator-billing'
import type { BrowserContext } from 'playwright-core'
import { getJson, postJson } from './visitor.ts'

/** What an operator does with other people's money, by the cookie of an operator who is signed in. */
export function operatorOf(context: BrowserContext) {
  return {
    issue: (promotion: NewPromotion) => postJson(context, '/v1/operator/promotions', promotion),
    /** Corrects the wallet of the person who is signed in to the other context. */
    async adjust(person: BrowserContext, adjustment: NewAdjustment, times = 1): Promise<void> {
      const { walletId } = await getJson<{ walletId: string }>(person, '/v1/billing/balance')
      for (let time = 0; time < times; time += 1)
        await postJson(context, `/v1/operator/wallets/${walletId}/adjustments`, adjustment)
    },
  }
}
