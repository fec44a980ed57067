import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import type Stripe from 'stripe'
import type { EntityManager } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import { findTopUp } from './find-top-up.ts'
import { judgeCheckout } from './judge-checkout.ts'
import { expanded, idOf, receiptOf } from './retrieve-payment.ts'
import { saveCard } from './save-card.ts'

/** Where a top-up stands. `failed` of a checkout needs an operator: the words say why. */
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
      await changeTopUp(manager, topUpId, { status: 'expired', checkoutUrl: null })
      return { status: 'expired' }
    case 'mismatch':
      await changeTopUp(manager, topUpId, { status: 'failed', checkoutUrl: null })
      return { status: 'failed', words: `Nothing was credited: ${verdict.words}.` }
    case 'paid':
      await keepCard(manager, topUp, session)
      await creditTopUp({ manager, billing, topUp, paidBy: session.id, payment: session.payment_intent })
      await changeTopUp(manager, topUpId, { checkoutSessionId: session.id })
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

interface Credit {
  manager: EntityManager
  billing: Pick<Billing, 'post'>
  /** Locked. */
  topUp: TopUp
  /** Stripe's checkout or payment: the ledger key, so that it credits once. */
  paidBy: string
  payment: string | Stripe.PaymentIntent | null
}

/** The credit and the mark, in the caller's transaction. Answers what is available afterwards. */
export async function creditTopUp({ manager, billing, topUp, paidBy, payment }: Credit): Promise<bigint> {
  const { walletId, amount: amountMicros, id: reference } = topUp
  const { transactionId, availableMicros } = await billing.post(
    { kind: 'top_up', walletId, amountMicros, idempotencyKey: `top_up:${paidBy}`, reference },
    manager,
  )
  await manager.update(
    TopUpEntity,
    { id: topUp.id },
    {
      status: 'paid',
      checkoutUrl: null,
      paymentIntentId: idOf(payment),
      creditedTransactionId: transactionId,
      failureCode: null,
      failureWords: null,
      ...receiptOf(payment),
      paidAt: () => 'now()',
      updatedAt: () => 'now()',
    },
  )
  return BigInt(availableMicros)
}

/** Stripe keeps it only where the checkout asked for it, and so do we. */
async function keepCard(
  manager: EntityManager,
  topUp: TopUp,
  session: Stripe.Checkout.Session,
): Promise<void> {
  const method = expanded(expanded(session.payment_intent)?.payment_method)
  if (topUp.saveCard && method !== null) await saveCard(manager, { walletId: topUp.walletId, method })
}

export async function changeTopUp(
  manager: EntityManager,
  topUpId: string,
  set: Partial<TopUp>,
): Promise<void> {
  await manager.update(TopUpEntity, { id: topUpId }, { ...set, updatedAt: () => 'now()' })
}
