import { centsFromMicros, formatUsd } from '@berth/contract/money'
import { TopUpEntity, type TopUp, type TopUpStatus } from '@berth/entities/top-up'
import type Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import { findTopUp } from './find-top-up.ts'
import { callStripe } from './payment-error.ts'
import { ensureCustomer } from './stripe-customer.ts'

export type OpenedCheckout =
  | { status: 'open'; url: string }
  | { status: Exclude<TopUpStatus, 'open' | 'created'>; url: null }

interface CreateCheckoutDeps {
  dataSource: DataSource
  stripe: Stripe
  settings: { publicUrl: string }
  clock: { nowMs(): number }
}

/**
 * How long the hosted page can be paid, counted from the top-up's row. Stripe takes 30 minutes to 24 hours from *its*
 * now; a page that could live for less than the minimum is not opened any more.
 * Source: https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
 */
const CHECKOUT_LIFETIME_MS = 2 * 3_600_000
const SHORTEST_LIFETIME_MS = 31 * 60_000

/**
 * Opens the hosted page of a top-up, once: the top-up's id is Stripe's idempotency key and every parameter derives from
 * the row, so that an attempt whose answer was lost is answered again with the same page. A top-up that is open already
 * answers from the row; one that waited too long for us ends as `expired`.
 */
export async function createCheckout(
  deps: CreateCheckoutDeps,
  { topUpId }: { topUpId: string },
): Promise<OpenedCheckout> {
  const topUp = await findTopUp(deps.dataSource.manager, topUpId)
  if (topUp.status !== 'created') return openedFrom(topUp)
  if (expiresAtMs(topUp) - deps.clock.nowMs() < SHORTEST_LIFETIME_MS) {
    await leaveCreated(deps.dataSource, topUpId, { status: 'expired' })
  } else {
    const customer = topUp.saveCard ? await ensureCustomer(deps, topUp.walletId) : null
    const session = await callStripe(() =>
      deps.stripe.checkout.sessions.create(checkoutOf(topUp, { ...deps.settings, customer }), {
        idempotencyKey: topUp.id,
      }),
    )
    await leaveCreated(deps.dataSource, topUpId, {
      status: 'open',
      checkoutSessionId: session.id,
      checkoutUrl: session.url,
      paymentIntentId: typeof session.payment_intent === 'string' ? session.payment_intent : null,
    })
  }
  return openedFrom(await findTopUp(deps.dataSource.manager, topUpId))
}

/**
 * Gives up on a page that could not be opened. Safe although Stripe may have made one: its address was never stored,
 * hence never shown. Does nothing to a top-up that went on meanwhile, and answers what it is now.
 */
export async function abandonCheckout(
  { dataSource }: Pick<CreateCheckoutDeps, 'dataSource'>,
  { topUpId }: { topUpId: string },
): Promise<OpenedCheckout> {
  await leaveCreated(dataSource, topUpId, { status: 'failed' })
  return openedFrom(await findTopUp(dataSource.manager, topUpId))
}

/** Only the first writer moves a top-up out of `created`: news of its payment may have come in between. */
async function leaveCreated(dataSource: DataSource, topUpId: string, change: Partial<TopUp>): Promise<void> {
  await dataSource
    .createQueryBuilder()
    .update(TopUpEntity)
    .set({ ...change, updatedAt: () => 'now()' })
    .where({ id: topUpId, status: 'created' })
    .execute()
}

function openedFrom({ id, status, checkoutUrl }: TopUp): OpenedCheckout {
  if (status === 'open' && checkoutUrl !== null) return { status, url: checkoutUrl }
  if (status === 'open' || status === 'created') throw new Error(`top-up ${id} is ${status} without a page`)
  return { status, url: null }
}

const expiresAtMs = ({ createdAt }: TopUp): number => createdAt.getTime() + CHECKOUT_LIFETIME_MS

function checkoutOf(
  topUp: TopUp,
  { publicUrl, customer }: { publicUrl: string; customer: string | null },
): Stripe.Checkout.SessionCreateParams {
  const metadata = { topUpId: topUp.id, walletId: topUp.walletId, userId: topUp.userId }
  const backTo = `${publicUrl}/wallet?topUp=${topUp.id}`
  return {
    mode: 'payment',
    // Why: only methods that are paid or refused at once; a bank debit would take days to say.
    allowed_payment_method_types: ['card'],
    // Why: a price shown in the visitor's own currency would be another amount than the wallet gets.
    adaptive_pricing: { enabled: false },
    submit_type: 'pay',
    client_reference_id: topUp.id,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: centsFromMicros(topUp.amount),
          product_data: { name: `Berth wallet top-up of ${formatUsd(topUp.amount)}` },
        },
      },
    ],
    metadata,
    // Why off_session: the bank is asked now whether the card may be charged later without its owner.
    payment_intent_data: { metadata, ...(topUp.saveCard && { setup_future_usage: 'off_session' }) },
    ...(customer !== null && { customer }),
    expires_at: Math.floor(expiresAtMs(topUp) / 1000),
    success_url: backTo,
    // Why told apart: who turned back need not wait for news of a payment that never was.
    cancel_url: `${backTo}&cancelled=1`,
  }
}
