import type Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import { findTopUp } from './find-top-up.ts'
import { retrieveCheckout } from './retrieve-payment.ts'
import { settleTopUp, stateWithoutCheckout, type CheckoutState } from './settle-top-up.ts'

interface SettleCheckoutDeps {
  dataSource: DataSource
  stripe: Stripe
  billing: Pick<Billing, 'post'>
}

/** Asks Stripe what became of a top-up's page and acts on it. One that is paid already is not asked about again. */
export async function settleCheckout(
  { dataSource, stripe, billing }: SettleCheckoutDeps,
  { topUpId }: { topUpId: string },
): Promise<CheckoutState> {
  const topUp = await findTopUp(dataSource.manager, topUpId)
  const { status, checkoutSessionId } = topUp
  if (status === 'paid' || checkoutSessionId === null) return stateWithoutCheckout(topUp)
  const session = await retrieveCheckout(stripe, checkoutSessionId)
  return dataSource.transaction((manager) => settleTopUp({ manager, billing, topUpId, session }))
}
