import type { PaymentActivities } from '@berth/activities/payments/activities'
import { proxyActivities, setCurrentDetails, sleep } from '@temporalio/workflow'
import { nextCheckDelayMs } from '../top-up/state.ts'
import type { AutoTopUpInput } from './messages.ts'

/** An unheard answer of a bank may have taken money: asked until it is known, always under the same key. */
const patient = {
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2m' },
} as const
const { claimAutoTopUp } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Decide whether the saved card is charged now',
})
const { chargeSavedCard } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Charge the saved card and credit the wallet, or note the refusal',
})
const { notifyWalletFunded } = proxyActivities<PaymentActivities>({
  ...patient,
  summary: 'Tell the live rentals of the wallet that money has arrived',
})

export interface AutoTopUpResult {
  /** `paid`, `failed` (the card refused), or why nothing was to be charged. */
  outcome: string
}

/**
 * One automatic charge of one wallet, from the decision to the money. Whether and how much is decided under a lock in the
 * database, so that starting this twice, late or after a crash charges nothing twice; refusals are counted there as well.
 */
export async function autoTopUp({ walletId }: AutoTopUpInput): Promise<AutoTopUpResult> {
  const claim = await claimAutoTopUp({ walletId })
  if (claim.topUpId === null) return { outcome: claim.reason }
  const { topUpId } = claim
  for (let checks = 0; ; checks += 1) {
    const { status } = await chargeSavedCard({ topUpId })
    if (status === 'paid') await notifyWalletFunded({ walletId })
    const delayMs = nextCheckDelayMs(checks)
    if (status !== 'open' || delayMs === null) return { outcome: status }
    setCurrentDetails('Stripe is still working on the payment.')
    await sleep(delayMs)
  }
}
