import { defineUpdate } from '@temporalio/workflow'

export interface CardSetupWorkflowInput {
  setupId: string
  walletId: string
}

export const cardSetupWorkflowType = 'cardSetup'
export const cardSetupWorkflowId = (setupId: string): string => `card-setup/${setupId}`

/** Answers once Stripe has made the page; asked again it answers the same page. */
export const openCardSetupUpdate = defineUpdate<{ url: string }>('openCardSetup')
