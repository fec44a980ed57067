import { defineSignal, defineUpdate } from '@temporalio/workflow'

export interface TopUpInput {
  topUpId: string
}

export const topUpWorkflowType = 'topUp'
export const topUpWorkflowId = (topUpId: string): string => `top-up/${topUpId}`

/** Answers once Stripe has made the hosted page; used with update-with-start. */
export const openCheckoutUpdate = defineUpdate<{ url: string }>('openCheckout')
/** Something happened to the checkout: ask Stripe now instead of at the next poll. */
export const checkoutChangedSignal = defineSignal('checkoutChanged')
