import { createStripeClient } from '@berth/activities/payments/stripe-client'
import { micros } from '@berth/contract/money'
import { AutoTopUpEntity } from '@berth/entities/auto-top-up'
import { SavedCardEntity } from '@berth/entities/saved-card'
import { StripeCustomerEntity } from '@berth/entities/stripe-customer'
import { startStripeEmulator, type StartedStripeEmulator } from '@berth/upstreams/stripe/start'
import { paymentsWatchWorkflowId, paymentsWatchWorkflowType } from '@berth/workflows/payments-watch/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSimulation, type Simulation } from '../support/simulation.ts'

let emulator: StartedStripeEmulator
let stripe: ReturnType<typeof createStripeClient>
let simulation: Simulation

beforeAll(async () => {
  emulator = await startStripeEmulator()
  stripe = createStripeClient({ secretKey: emulator.apiKey, apiBase: emulator.baseUrl })
  simulation = await openSimulation({ stripe })
})
afterAll(async () => {
  await simulation?.close()
  await emulator.close()
})

it('a rental about to run dry is saved by its owner’s card, at the price of one charge', async () => {
  const { market, orchestrator, temporal } = simulation
  const person = await market.person(60_000n)
  const [offer] = await market.offers()
  const rentalId = await market.request({ person, offer: offer! })
  await orchestrator.start(rentalId)
  await simulation.reach(rentalId, 'running')
  await simulation.skipUntil(async () => (await market.rental(rentalId)).health === 'depleting')

  await allowCharges(person.walletId)
  const watch = await temporal.client.workflow.start(paymentsWatchWorkflowType, {
    workflowId: paymentsWatchWorkflowId,
    taskQueue: TASK_QUEUES.main,
    workflowTaskTimeout: '2m',
  })
  await simulation.skipUntil(async () => (await market.rental(rentalId)).health === 'ok')
  await watch.terminate()
  await temporal.sleep('10 minutes')
  expect(await market.rental(rentalId)).toMatchObject({ phase: 'running', health: 'ok' })
  const told = (await market.events(rentalId)).map(({ kind }) => kind)
  expect(told.filter((kind) => kind === 'depleting' || kind === 'funded')).toEqual(['depleting', 'funded'])
  await simulation.stop(rentalId)

  const charges = emulator.control.events().filter(({ type }) => type === 'charge.succeeded')
  expect(charges).toHaveLength(1)
  const wallet = await market.wallet(person)
  expect(wallet.held).toBe(0n)
  expect(wallet.available).toBe(50_060_000n - (await simulation.chargedMicros(rentalId)))
})

/** A saved card at Stripe and the leave to charge $50 to it below $30. */
async function allowCharges(walletId: string): Promise<void> {
  const { id: customerId } = await stripe.customers.create()
  const session = await stripe.checkout.sessions.create({
    mode: 'setup',
    currency: 'usd',
    customer: customerId,
    success_url: 'https://berth.test/wallet',
  })
  emulator.control.pay(session.id)
  const { setup_intent: intent } = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['setup_intent'],
  })
  if (typeof intent !== 'object' || typeof intent?.payment_method !== 'string')
    throw new Error('no card was saved')
  const { manager } = simulation.market.dataSource
  await manager.insert(StripeCustomerEntity, { walletId, customerId })
  await manager.insert(SavedCardEntity, {
    paymentMethodId: intent.payment_method,
    walletId,
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: 2031,
    savedAt: new Date(),
  })
  await manager.insert(AutoTopUpEntity, {
    walletId,
    enabled: true,
    threshold: micros(30_000_000),
    amount: micros(50_000_000),
    monthlyCap: micros(500_000_000),
  })
}
