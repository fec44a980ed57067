export interface AutoTopUpInput {
  walletId: string
}

export const autoTopUpWorkflowType = 'autoTopUp'
/** One for a wallet: a charge under way is never joined by another. */
export const autoTopUpWorkflowId = (walletId: string): string => `auto-top-up/${walletId}`
