import { fileURLToPath } from 'node:url'
import {
  createPaymentsWorld,
  sessionOf,
  type PaymentsWorld,
} from '@berth/activities/payments/test-kit/payments-world'
import { newId } from '@berth/contract/ids'
import { Client, WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { bundleWorkflowCode, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTimeSkippingEnvironment } from '../../tests/support/temporal.ts'
import { rentalWorkflowId } from '../rental/messages.ts'
import { stripeEventWorkflowId } from '../stripe-event/messages.ts'
import type { stripeEvent } from '../stripe-event/workflow.ts'
import { checkoutChangedSignal, openCheckoutUpdate, topUpWorkflowId } from './messages.ts'
import type { topUp } from './workflow.ts'

const taskQueue = 'top-up-test'
let environment: TestWorkflowEnvironment
/** Leaves the clock alone: time passes by `environment.sleep` only, as far as a test says. */
let client: Client
let world: PaymentsWorld
let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>
let stopWorker: () => Promise<void>

beforeAll(async () => {
  environment = await createTimeSkippingEnvironment()
  client = new Client({ connection: environment.connection })
  world = await createPaymentsWorld({ temporal: client.workflow })
  const workflowsPath = fileURLToPath(new URL('./test-kit/workflows.ts', import.meta.url))
  workflowBundle = await bundleWorkflowCode({ workflowsPath })
  const { nativeConnection: connection } = environment
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle,
    activities: { ...world.activities },
  })
  const running = worker.run()
  stopWorker = async () => {
    worker.shutdown()
    await running
  }
})
afterAll(async () => {
  await stopWorker()
  await Promise.all([world.close(), environment.teardown()])
})

test('answers the page, and the same page again', async () => {
  const { id } = await world.aTopUp()
  const { url, handle } = await open(id)
  expect(url).toBe(sessionOf(world.control, id).url)
  expect(await handle.executeUpdate(openCheckoutUpdate)).toEqual({ url })
  await handle.terminate()
})

test('credits within the half minute although the webhook never arrives, and replays to the same end', async () => {
  const { id, walletId } = await world.aTopUp({ cents: 2500 })
  const { handle } = await open(id)
  world.control.pay(sessionOf(world.control, id).id)
  await environment.sleep('31s')
  expect(await handle.result()).toEqual({ status: 'paid' })
  expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
  await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory(), handle.workflowId)
})

test('credits once when the webhook comes five times, in any order, beside other news of the same payment', async () => {
  const { id, walletId } = await world.aTopUp({ cents: 2500 })
  const { handle } = await open(id)
  world.control.pay(sessionOf(world.control, id).id)
  const types = ['payment_intent.succeeded', ...Array.from({ length: 5 }, () => 'checkout.session.completed')]
  const events = await Promise.all(types.map((type) => world.hear(type)))
  events.sort(() => Math.random() - 0.5)
  const outcomes = await Promise.all(events.map(apply))
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['ignored', ...Array(5).fill('paid')])
  expect(await handle.result()).toEqual({ status: 'paid' })
  expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
  expect((await world.wallet(walletId)).available).toBe(25_000_000n)
})

test('tells the live rentals of the wallet, and no other; one whose workflow is gone does not disturb', async () => {
  const { id, walletId } = await world.aTopUp()
  const running = await startRental(walletId, { phase: 'running' })
  const ended = await startRental(walletId, { phase: 'ended' })
  await world.aRental({ walletId, phase: 'stopping' })
  const { handle } = await open(id)
  world.control.pay(sessionOf(world.control, id).id)
  await handle.signal(checkoutChangedSignal)
  await handle.result()
  expect(await running.result()).toBe('funded')
  expect((await ended.describe()).status.name).toBe('RUNNING')
  await ended.terminate()
})

test('an event whose top-up has no workflow any more credits and tells the rentals itself', async () => {
  const { id, walletId } = await world.aTopUp()
  const running = await startRental(walletId, { phase: 'running' })
  const { handle } = await open(id)
  await handle.terminate('its store was lost')
  world.control.pay(sessionOf(world.control, id).id)
  expect(await apply(await world.hear('checkout.session.completed'))).toEqual({ outcome: 'paid' })
  expect(await running.result()).toBe('funded')
  expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
})

test('ends when the page has expired, with nothing credited', async () => {
  const { id, walletId } = await world.aTopUp()
  const { handle } = await open(id)
  await world.stripe.checkout.sessions.expire(sessionOf(world.control, id).id)
  await environment.sleep('31s')
  expect(await handle.result()).toEqual({ status: 'expired' })
  expect((await world.topUp(id)).status).toBe('expired')
  expect(await world.ledgerOf(walletId)).toEqual([])
})

test('a page left alone is asked about for a week and then left to a person, in a short history', async () => {
  const { id } = await world.aTopUp()
  const { handle } = await open(id)
  await environment.sleep('6 days')
  expect((await handle.describe()).status.name).toBe('RUNNING')
  await environment.sleep('2 days')
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'checkout_undecided' } })
  expect((await handle.describe()).historyLength).toBeLessThan(1000)
})

test('opens the page once Stripe answers again after an outage', async () => {
  const { id } = await world.aTopUp()
  world.control.faults.add({ match: { method: 'POST' }, fault: { kind: 'status', status: 503 } })
  const { url, handle } = await open(id)
  expect(url).toBe(sessionOf(world.control, id).url)
  await handle.terminate()
})

test('says so when Stripe refuses the page for good, and marks the top-up as failed', async () => {
  const { id } = await world.aTopUp({ cents: 10 })
  await expect(open(id)).rejects.toMatchObject({ cause: { type: 'checkout_closed' } })
  const handle = client.workflow.getHandle(topUpWorkflowId(id))
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'top_up_failed' } })
  expect((await world.topUp(id)).status).toBe('failed')
})

test('money of another amount than asked for fails the workflow where an operator sees it, uncredited', async () => {
  const { id, walletId } = await world.aTopUp({ cents: 2500 })
  const { handle } = await open(id)
  const { id: sessionId } = sessionOf(world.control, id)
  const session = await world.stripe.checkout.sessions.retrieve(sessionId)
  const forged = { ...session, payment_status: 'paid', status: 'complete', amount_total: 2400 }
  world.forge(`^/v1/checkout/sessions/${sessionId}$`, forged)
  await handle.signal(checkoutChangedSignal)
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'top_up_failed', message: expect.stringContaining('is over 2400 cents, not over 2500') },
  })
  expect(await world.ledgerOf(walletId)).toEqual([])
})

test('no payload of a top-up carries a key, a card or a name', async () => {
  const { id } = await world.aTopUp()
  const { handle } = await open(id)
  world.control.pay(sessionOf(world.control, id).id)
  await apply(await world.hear('checkout.session.completed'))
  await handle.result()
  const history = JSON.stringify(await handle.fetchHistory())
  const payloads = [...history.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64'),
  )
  const text = payloads.join('\n')
  expect(text).toContain(id)
  expect(text).not.toMatch(/sk_test|4242424242424242|usr_|@/)
})

async function open(topUpId: string): Promise<{ url: string; handle: WorkflowHandle<typeof topUp> }> {
  const startWorkflowOperation = new WithStartWorkflowOperation<typeof topUp>('topUp', {
    workflowId: topUpWorkflowId(topUpId),
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue,
    args: [{ topUpId }],
  })
  const update = { startWorkflowOperation, args: [] as [] }
  const { url } = await client.workflow.executeUpdateWithStart(openCheckoutUpdate, update)
  return { url, handle: client.workflow.getHandle<typeof topUp>(topUpWorkflowId(topUpId)) }
}

async function apply(eventId: string) {
  const workflowId = stripeEventWorkflowId(eventId)
  const options = { workflowId, taskQueue, args: [{ eventId }] as [{ eventId: string }] }
  return client.workflow.execute<typeof stripeEvent>('stripeEvent', options)
}

async function startRental(walletId: string, { phase }: { phase: 'running' | 'ended' }) {
  const id = await world.aRental({ walletId, phase, id: newId('rental') })
  return client.workflow.start('rental', { workflowId: rentalWorkflowId(id), taskQueue })
}
