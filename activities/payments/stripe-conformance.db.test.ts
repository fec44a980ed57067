import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCheckedStripe, type CheckedStripe } from './test-kit/checked-stripe.ts'
import { createPaymentsWorld, type PaymentsWorld } from './test-kit/payments-world.ts'

/** Every call of Stripe in the sources of payments, and the request it makes. A new call joins here and in the test below. */
const CALLS: Record<string, string> = {
  'checkout.sessions.create': 'POST /v1/checkout/sessions',
  'checkout.sessions.retrieve': 'GET /v1/checkout/sessions/:id',
  'customers.create': 'POST /v1/customers',
  'disputes.retrieve': 'GET /v1/disputes/:id',
  'events.list': 'GET /v1/events',
  'paymentIntents.cancel': 'POST /v1/payment_intents/:id/cancel',
  'paymentIntents.create': 'POST /v1/payment_intents',
  'paymentIntents.list': 'GET /v1/payment_intents',
  'paymentIntents.retrieve': 'GET /v1/payment_intents/:id',
  'paymentMethods.detach': 'POST /v1/payment_methods/:id/detach',
  'paymentMethods.retrieve': 'GET /v1/payment_methods/:id',
  'refunds.retrieve': 'GET /v1/refunds/:id',
}

let checked: CheckedStripe
let world: PaymentsWorld
beforeAll(async () => {
  checked = await startCheckedStripe()
  world = await createPaymentsWorld({}, checked.before)
}, 600_000)
afterAll(async () => {
  await world?.close()
  await checked?.close()
})

test('the list of calls is that of the sources', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
  const calls = sources.flatMap((name) =>
    [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/stripe\s*\.((?:[a-zA-Z]+\.)+[a-zA-Z]+)\(/g)].map(
      ([, call]) => call,
    ),
  )
  expect([...new Set(calls)].sort()).toEqual(Object.keys(CALLS))
})

test('every request we make is one that Stripe’s OpenAPI allows', async () => {
  await payments()
  await cards()
  await charges()
  expect(checked.judged.filter(({ words }) => words !== null)).toEqual([])
  const made = new Set(checked.judged.map(({ route }) => route))
  expect(Object.values(CALLS).filter((route) => !made.has(route))).toEqual([])
})

test('and one that it does not allow would be noticed', async () => {
  const before = checked.judged.length
  await world.stripe
    .rawRequest('POST', '/v1/checkout/sessions', { mode: 'payment', payment_method_types: ['card'] })
    .catch(() => undefined)
  expect(checked.judged.slice(before)).toMatchObject([
    { status: 400, words: expect.stringContaining('not allowed') },
  ])
})

async function payments(): Promise<void> {
  const { id, paymentIntentId } = await world.aPaidCheckout()
  await world.activities.settleCheckout({ topUpId: id })
  await world.record({
    id: 'evt_refund',
    type: 'refund.created',
    data: { object: { id: await refundOf(paymentIntentId) } },
  })
  await world.activities.processStripeEvent({ eventId: 'evt_refund' })
  const disputed = await world.aPaidCheckout()
  world.control.openDispute(disputed.paymentIntentId)
  await world.activities.processStripeEvent({ eventId: await world.hear('charge.dispute.created') })
  await world.activities.recordMissedEvents({ since: null })
}

/** Refunds are made by operators in Stripe's own dashboard; ours only reads them. */
async function refundOf(paymentIntentId: string): Promise<string> {
  return (await world.stripe.refunds.create({ payment_intent: paymentIntentId, amount: 500 })).id
}

async function cards(): Promise<void> {
  const { walletId } = await world.aTopUp()
  const expiresAt = Math.floor(Date.now() / 1000) + 7200
  const { sessionId } = await world.activities.createCardSetup({ setupId: 'cst_1', walletId, expiresAt })
  world.control.pay(sessionId)
  await world.activities.settleCardSetup({ sessionId })
  await world.dataSource.query('UPDATE saved_cards SET removed_at = now() WHERE wallet_id = $1', [walletId])
  await world.activities.detachRemovedCards()
}

async function charges(): Promise<void> {
  for (const card of ['4242424242424242', '4000000000009995']) {
    const { walletId } = await world.aWalletThatRunsLow({ card })
    await world.activities.chargeSavedCard({ topUpId: await claimed(walletId) })
  }
  const forgotten = await claimed((await world.aWalletThatRunsLow()).walletId)
  await world.dataSource.query(`UPDATE top_ups SET created_at = now() - interval '25 hours' WHERE id = $1`, [
    forgotten,
  ])
  await world.activities.chargeSavedCard({ topUpId: forgotten })
  const unconfirmed = await claimed((await world.aWalletThatRunsLow({ card: '4000000000009995' })).walletId)
  const intent = await world.stripe.paymentIntents.list({ limit: 1 })
  world.forge('^/v1/payment_intents/pi_', { ...intent.data[0], status: 'requires_action' })
  // The emulator will not cancel what it never saw waiting; the request is what is judged here.
  await world.activities.chargeSavedCard({ topUpId: unconfirmed }).catch(() => undefined)
}

async function claimed(walletId: string): Promise<string> {
  const { topUpId } = await world.activities.claimAutoTopUp({ walletId })
  if (topUpId === null) throw new Error('nothing is due')
  return topUpId
}
