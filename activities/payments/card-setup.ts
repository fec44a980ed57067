import { SavedCardEntity } from '@berth/entities/saved-card'
import type Stripe from 'stripe'
import { IsNull, Not, type DataSource, type EntityManager } from 'typeorm'
import { callStripe, PaymentError } from './payment-error.ts'
import { expanded, retrieveCheckout } from './retrieve-payment.ts'
import { saveCard } from './save-card.ts'
import { ensureCustomer } from './stripe-customer.ts'

interface CardSetupDeps {
  dataSource: DataSource
  stripe: Stripe
  settings: { publicUrl: string }
}

export interface CardSetupInput {
  /** Stripe's idempotency key, so that one wish opens one page. */
  setupId: string
  walletId: string
  /** When the page closes, seconds; the same at every attempt. */
  expiresAt: number
}

/** Opens Stripe's page on which a card is saved and nothing is paid. */
export async function createCardSetup(
  deps: CardSetupDeps,
  { setupId, walletId, expiresAt }: CardSetupInput,
): Promise<{ sessionId: string; url: string }> {
  const customer = await ensureCustomer(deps, walletId)
  const backTo = `${deps.settings.publicUrl}/wallet?card=${setupId}`
  const metadata = { walletId }
  const { id, url } = await callStripe(() =>
    deps.stripe.checkout.sessions.create(
      {
        mode: 'setup',
        currency: 'usd',
        customer,
        allowed_payment_method_types: ['card'],
        metadata,
        setup_intent_data: { metadata },
        expires_at: expiresAt,
        success_url: backTo,
        cancel_url: `${backTo}&cancelled=1`,
      },
      { idempotencyKey: setupId },
    ),
  )
  if (url === null)
    throw new PaymentError('card_setup_closed', 'The page is closed already.', { retryable: false })
  return { sessionId: id, url }
}

/** Asks Stripe what became of the page, and keeps the card that was entered on it. */
export async function settleCardSetup(
  { dataSource, stripe }: Pick<CardSetupDeps, 'dataSource' | 'stripe'>,
  { sessionId }: { sessionId: string },
): Promise<{ status: 'open' | 'saved' | 'expired' }> {
  const session = await retrieveCheckout(stripe, sessionId)
  return dataSource.transaction(async (manager) => {
    if (await saveCardOf(manager, session)) return { status: 'saved' }
    return { status: session.status === 'expired' ? 'expired' : 'open' }
  })
}

/** True where the page was completed and names a wallet of ours. */
export async function saveCardOf(
  manager: EntityManager,
  { mode, status, metadata, setup_intent: intent }: Stripe.Checkout.Session,
): Promise<boolean> {
  const walletId = metadata?.['walletId']
  const method = expanded(expanded(intent)?.payment_method)
  if (mode !== 'setup' || status !== 'complete' || walletId === undefined || method === null) return false
  await saveCard(manager, { walletId, method })
  return true
}

/** Has Stripe let go of cards that were removed or replaced. Done again, it changes nothing. */
export async function detachRemovedCards({
  dataSource,
  stripe,
}: Pick<CardSetupDeps, 'dataSource' | 'stripe'>): Promise<{ detached: number }> {
  const removed = await dataSource.manager.find(SavedCardEntity, {
    where: { removedAt: Not(IsNull()), detachedAt: IsNull() },
    order: { removedAt: 'ASC' },
    take: 50,
  })
  for (const { paymentMethodId } of removed) {
    await callStripe(() => detach(stripe, paymentMethodId))
    await dataSource.manager.update(SavedCardEntity, { paymentMethodId }, { detachedAt: () => 'now()' })
  }
  return { detached: removed.length }
}

async function detach(stripe: Stripe, paymentMethodId: string): Promise<void> {
  const { customer } = await stripe.paymentMethods.retrieve(paymentMethodId)
  // Why asked first: Stripe refuses to detach a card twice, and the answer of an earlier attempt may have been lost.
  if (customer !== null) await stripe.paymentMethods.detach(paymentMethodId)
}
