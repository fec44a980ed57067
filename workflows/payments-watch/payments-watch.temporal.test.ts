import { fileURLToPath } from 'node:url'
import { createPaymentsWorld, type PaymentsWorld } from '@berth/activities/payments/test-kit/payments-world'
import { Client, WithStartWorkflowOperation } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { bundleWorkflowCode, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTimeSkippingEnvironment } from '../../tests/support/temporal.ts'
import { cardSetupWorkflowId, cardSetupWorkflowType, openCardSetupUpdate } from '../card-setup/messages.ts'
import { rentalWorkflowId } from '../rental/messages.ts'
import { stripeEventWorkflowId } from '../stripe-event/messages.ts'
import { paymentsWatchWorkflowId, paymentsWatchWorkflowType } from './messages.ts'

const taskQueue = 'payments-watch-test'
let environment: TestWorkflowEnvironment
let client: Client
let world: PaymentsWorld
let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>
let stop: () => Promise<void>

beforeAll(async () => {
  environment = await createTimeSkippingEnvironment()
  client = new Client({ connection: environment.connection })
  world = await createPaymentsWorld({ temporal: client.workflow })
  const workflowsPath = fileURLToPath(new URL('../top-up/test-kit/workflows.ts', import.meta.url))
  workflowBundle = await bundleWorkflowCode({ workflowsPath })
  const { nativeConnection: connection } = environment
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle,
    activities: { ...world.activities },
  })
  const running = worker.run()
  const watch = { workflowId: paymentsWatchWorkflowId, taskQueue, args: [{}], workflowTaskTimeout: '2m' }
  await client.workflow.start(paymentsWatchWorkflowType, watch)
  stop = async () => {
    worker.shutdown()
    await running
  }
})
afterAll(async () => {
  await stop()
  await Promise.all([world.close(), environment.teardown()])
})

test('a card is saved although its webhook never comes, and the history replays', async () => {
  const { walletId } = await world.aTopUp()
  const setupId = `cst_${walletId}`
  const { url } = await client.workflow.executeUpdateWithStart(openCardSetupUpdate, {
    args: [],
    startWorkflowOperation: new WithStartWorkflowOperation(cardSetupWorkflowType, {
      workflowId: cardSetupWorkflowId(setupId),
      workflowIdConflictPolicy: 'USE_EXISTING',
      taskQueue,
      args: [{ setupId, walletId }],
    }),
  })
  const session = world.control.sessions().find((candidate) => candidate.url === url)
  world.control.pay(session?.id ?? '')
  await environment.sleep('31s')
  const handle = client.workflow.getHandle(cardSetupWorkflowId(setupId))
  expect(await handle.result()).toEqual({ status: 'saved' })
  expect(await world.savedCard(walletId)).toMatchObject({ last4: '4242' })
  await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory(), handle.workflowId)
})

test('a wallet that runs low is charged within a round, and its rentals are told', async () => {
  const { walletId } = await world.aWalletThatRunsLow()
  const rentalId = await world.aRental({ walletId, phase: 'running' })
  const rental = await client.workflow.start('rental', { workflowId: rentalWorkflowId(rentalId), taskQueue })
  await environment.sleep('16s')
  expect(await rental.result()).toBe('funded')
  expect((await world.wallet(walletId)).available).toBe(75_000_000n)
})

test('a refusing card is charged three times in as many hours and then never again', async () => {
  const { walletId } = await world.aWalletThatRunsLow({ card: '4000000000009995' })
  for (let tries = 1; tries <= 3; tries += 1) {
    await skipUntil(`refusal ${tries}`, async () => (await world.autoTopUp(walletId)).declines === tries)
    await world.anHourPasses(walletId)
  }
  await environment.sleep('2 minutes')
  expect((await world.autoTopUpsOf(walletId)).map(({ status }) => status)).toEqual([
    'failed',
    'failed',
    'failed',
  ])
  expect(await world.autoTopUp(walletId)).toMatchObject({ pausedReason: 'declined' })
})

test('while nobody hears what Stripe did, one charge is asked about under one key, and credited once', async () => {
  const { walletId } = await world.aWalletThatRunsLow()
  world.control.faults.add({
    match: { method: 'POST', path: '/payment_intents$' },
    times: 6,
    fault: { kind: 'cut_after_effect' },
  })
  await skipUntil('the money to be there', async () => (await world.wallet(walletId)).available > 25_000_000n)
  const [topUp, ...others] = await world.autoTopUpsOf(walletId)
  expect([topUp?.status, others]).toEqual(['paid', []])
  const { data } = await world.stripe.paymentIntents.list({ limit: 100 })
  expect(data.filter(({ metadata }) => metadata['topUpId'] === topUp?.id)).toHaveLength(1)
  expect(await world.ledgerOf(walletId)).toEqual(['top_up', 'top_up'])
})

test('what no webhook brought is fetched within five minutes: a payment, its refund, a dispute', async () => {
  const { walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
  await world.stripe.refunds.create({ payment_intent: paymentIntentId, amount: 500 })
  world.control.openDispute(paymentIntentId)
  await skipUntil('the events to be applied', async () => (await world.ledgerOf(walletId)).length >= 3)
  expect(new Set(await world.ledgerOf(walletId))).toEqual(new Set(['top_up', 'refund', 'dispute_opened']))
  const completed = world.control.events().filter(({ type }) => type === 'checkout.session.completed')
  const handle = client.workflow.getHandle(stripeEventWorkflowId(completed.at(-1)?.id ?? ''))
  await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory(), handle.workflowId)
})

test('a checkout whose workflow was lost is looked after again', async () => {
  const { id, walletId } = await world.aPaidCheckout({ cents: 2500 })
  await world.dataSource.query(
    `UPDATE top_ups SET created_at = created_at - interval '1 hour' WHERE id = $1`,
    [id],
  )
  await skipUntil('the checkout to be settled', async () => (await world.topUp(id)).status === 'paid')
  expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
})

test('the watch itself replays to where it is', async () => {
  const handle = client.workflow.getHandle(paymentsWatchWorkflowId)
  expect((await handle.describe()).status.name).toBe('RUNNING')
  await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory(), handle.workflowId)
})

/** Moves the time on in small steps until something is so; six simulated minutes at most, a round being a quarter of one. */
async function skipUntil(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps < 72; steps += 1) {
    if (await holds()) return
    await environment.sleep('5s')
  }
  throw new Error(`did not come about in six minutes: ${what}`)
}
