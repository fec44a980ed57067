import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import type Stripe from 'stripe'
import type { EntityManager } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import { findTopUp } from './find-top-up.ts'
import { judgeCheckout } from './judge-checkout.ts'

/** Where a checkout stands. `failed` needs an operator: the words say why. */
export type CheckoutState =
  | { status: 'open' }
  | { status: 'paid'; walletId: string }
  | { status: 'expired' }
  | { status: 'failed'; words: string }

export interface SettleTopUpInput {
  manager: EntityManager
  billing: Pick<Billing, 'post'>
  topUpId: string
  /** As retrieved from Stripe a moment ago. */
  session: Stripe.Checkout.Session
}

/**
 * Brings a top-up to where Stripe's record says it is, inside the caller's transaction: the credit and the mark stand or
 * fall together, under the lock of the top-up's row and under one ledger key a checkout. However often, late or
 * concurrently it is called, the wallet is credited once; being paid is final and beats every other state.
 */
export async function settleTopUp({
  manager,
  billing,
  topUpId,
  session,
}: SettleTopUpInput): Promise<CheckoutState> {
  const topUp = await findTopUp(manager, topUpId, { locked: true })
  if (topUp.status === 'paid') return { status: 'paid', walletId: topUp.walletId }
  const verdict = judgeCheckout(topUp, session)
  switch (verdict.kind) {
    case 'open':
      return { status: 'open' }
    case 'expired':
      await change(manager, topUpId, { status: 'expired', checkoutUrl: null })
      return { status: 'expired' }
    case 'mismatch':
      await change(manager, topUpId, { status: 'failed', checkoutUrl: null })
      return { status: 'failed', words: `Nothing was credited: ${verdict.words}.` }
    case 'paid':
      await credit({ manager, billing, topUp, session })
      return { status: 'paid', walletId: topUp.walletId }
  }
}

/** What the row alone says, where nothing can be asked of Stripe because no page was ever stored. */
export function stateWithoutCheckout({ id, status, walletId }: TopUp): CheckoutState {
  if (status === 'paid') return { status, walletId }
  if (status === 'expired') return { status }
  if (status === 'failed') return { status, words: 'The page could not be opened; nothing was paid.' }
  throw new Error(`top-up ${id} is ${status} but has no checkout`)
}

async function credit({
  manager,
  billing,
  topUp,
  session,
}: {
  manager: EntityManager
  billing: Pick<Billing, 'post'>
  topUp: TopUp
  session: Stripe.Checkout.Session
}): Promise<void> {
  const { walletId, amount: amountMicros, id: reference } = topUp
  const idempotencyKey = `top_up:${session.id}`
  const { transactionId } = await billing.post(
    { kind: 'top_up', walletId, amountMicros, idempotencyKey, reference },
    manager,
  )
  await change(manager, topUp.id, {
    status: 'paid',
    checkoutUrl: null,
    checkoutSessionId: session.id,
    paymentIntentId: idOf(session.payment_intent),
    creditedTransactionId: transactionId,
  })
}

async function change(manager: EntityManager, topUpId: string, set: Partial<TopUp>): Promise<void> {
  await manager.update(TopUpEntity, { id: topUpId }, { ...set, updatedAt: () => 'now()' })
}

const idOf = (reference: string | { id: string } | null): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)
