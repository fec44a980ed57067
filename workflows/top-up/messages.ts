import { defineSignal, defineUpdate } from '@temporalio/workflow'

export interface TopUpInput {
  topUpId: string
  /** How often Stripe has been asked before this run, carried over continue-as-new. */
  checks?: number
}

export const topUpWorkflowType = 'topUp'
export const topUpWorkflowId = (topUpId: string): string => `top-up/${topUpId}`

/**
 * Answers once Stripe has made the hosted page; used with update-with-start. Asked again it answers the same page. Fails
 * with the type `checkout_closed` where the page can no longer be paid, or was never opened.
 */
export const openCheckoutUpdate = defineUpdate<{ url: string }>('openCheckout')
/** Something happened to the checkout: ask Stripe now instead of at the next poll. */
export const checkoutChangedSignal = defineSignal('checkoutChanged')
