import { condition, setHandler } from '@temporalio/workflow'
import { walletFundedSignal } from '../../rental/messages.ts'

export { autoTopUp } from '../../auto-top-up/workflow.ts'
export { cardSetup } from '../../card-setup/workflow.ts'
export { paymentsWatch } from '../../payments-watch/workflow.ts'
export { stripeEvent } from '../../stripe-event/workflow.ts'
export { topUp } from '../workflow.ts'

/** As much of a rental as hears that its wallet has money; ends when it has. */
export async function rental(): Promise<'funded'> {
  let funded = false
  setHandler(walletFundedSignal, () => {
    funded = true
  })
  await condition(() => funded)
  return 'funded'
}
