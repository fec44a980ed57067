import { newId } from '@berth/contract/ids'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPaymentsWorld, type PaymentsWorld } from './test-kit/payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await createPaymentsWorld()
})
afterAll(() => world.close())

const process = (eventId: string) => world.activities.processStripeEvent({ eventId })

describe('a paid checkout', () => {
  test('credits the wallet in the transaction that records the event as done', async () => {
    const { id, walletId } = await world.aPaidCheckout({ cents: 2500 })
    const eventId = await world.hear('checkout.session.completed')
    expect(await process(eventId)).toEqual({ outcome: 'paid', topUpId: id, fundedWalletId: walletId })
    expect((await world.wallet(walletId)).available).toBe(25_000_000n)
    expect(await world.effectOf(eventId)).toBe('paid')
  })

  test('heard five times at once, beside a check of our own, credits once and answers the same each time', async () => {
    const { id, walletId } = await world.aPaidCheckout({ cents: 2500 })
    const eventId = await world.hear('checkout.session.completed')
    const again = await world.hear('checkout.session.completed')
    const [check, ...answers] = await Promise.all([
      world.activities.settleCheckout({ topUpId: id }),
      ...[eventId, eventId, again, eventId, again].map(process),
    ])
    expect(check).toEqual({ status: 'paid', walletId })
    expect(answers).toEqual(answers.map(() => ({ outcome: 'paid', topUpId: id, fundedWalletId: walletId })))
    expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
    expect((await world.wallet(walletId)).available).toBe(25_000_000n)
  })

  test('leaves no trace of being done when its transaction fails, and is applied by the next try', async () => {
    const { walletId } = await world.aPaidCheckout({ cents: 2500 })
    const eventId = await world.hear('checkout.session.completed')
    await world.owner.query(`CREATE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'power cut'; END $$`)
    await world.owner.query(`CREATE TRIGGER power_cut BEFORE INSERT ON webhook_effects FOR EACH ROW
      WHEN (NEW.event_id = '${eventId}') EXECUTE FUNCTION power_cut()`)
    await expect(process(eventId)).rejects.toThrow('power cut')
    expect(await world.ledgerOf(walletId)).toEqual([])
    await world.owner.query('DROP TRIGGER power_cut ON webhook_effects')
    await process(eventId)
    expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
    expect(await world.effectOf(eventId)).toBe('paid')
  })

  test('believes Stripe, not the event: an event that claims a payment nobody made credits nothing', async () => {
    const { id, walletId } = await world.aTopUp()
    await world.activities.createCheckout({ topUpId: id })
    const { checkoutSessionId } = await world.topUp(id)
    const object = { id: checkoutSessionId, payment_status: 'paid', amount_total: 999_999 }
    const eventId = await world.record({
      id: 'evt_forged',
      type: 'checkout.session.completed',
      data: { object },
    })
    expect(await process(eventId)).toMatchObject({ outcome: 'open', fundedWalletId: null })
    expect(await world.ledgerOf(walletId)).toEqual([])
  })

  test('waits for Stripe: an answer cut off is retried, and the event is not done meanwhile', async () => {
    const { walletId } = await world.aPaidCheckout()
    const eventId = await world.hear('checkout.session.completed')
    world.control.faults.add({ times: 2, fault: { kind: 'cut' } })
    await expect(process(eventId)).rejects.toMatchObject({ type: 'stripe_unknown', nonRetryable: false })
    expect(await world.effectOf(eventId)).toBeNull()
    await process(eventId)
    expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
  })
})

describe('an event', () => {
  test('of a type we do not act on is recorded as ignored', async () => {
    await world.aPaidCheckout()
    const eventId = await world.hear('payment_intent.succeeded')
    const answer = { outcome: 'ignored', topUpId: null, fundedWalletId: null }
    expect(await process(eventId)).toEqual(answer)
    expect(await world.effectOf(eventId)).toBe('ignored')
  })

  test('of a checkout that is not ours changes nothing', async () => {
    const session = await world.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://other.test',
      line_items: [
        { quantity: 1, price_data: { currency: 'usd', unit_amount: 900, product_data: { name: 'Hat' } } },
      ],
    })
    world.control.pay(session.id)
    expect(await process(await world.hear('checkout.session.completed'))).toMatchObject({
      outcome: 'not_ours',
    })
  })

  test('that was never recorded, or is not of the known shape, fails at once', async () => {
    await expect(process('evt_none')).rejects.toMatchObject({ type: 'event_unreadable', nonRetryable: true })
    const id = await world.record({
      id: 'evt_shapeless',
      type: 'checkout.session.completed',
      data: { object: {} },
    })
    await expect(process(id)).rejects.toMatchObject({ type: 'event_unreadable', nonRetryable: true })
  })
})

describe('a refund', () => {
  test('takes back what was refunded, once each, however often it is told', async () => {
    const { id, walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
    await world.activities.settleCheckout({ topUpId: id })
    for (const amount of [700, 300]) {
      await world.stripe.refunds.create({ payment_intent: paymentIntentId, amount })
      const eventId = await world.hear('refund.created')
      await Promise.all([process(eventId), process(await world.hear('refund.created'))])
      expect(await process(eventId)).toMatchObject({ outcome: 'refunded', fundedWalletId: null })
    }
    expect(await world.ledgerOf(walletId)).toEqual(['top_up', 'refund', 'refund'])
    expect((await world.wallet(walletId)).available).toBe(15_000_000n)
  })

  test('that overtakes the news of its payment credits first, so that nothing is taken that was never given', async () => {
    const { walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
    await world.stripe.refunds.create({ payment_intent: paymentIntentId })
    await process(await world.hear('refund.created'))
    await process(await world.hear('checkout.session.completed'))
    expect(await world.ledgerOf(walletId)).toEqual(['top_up', 'refund'])
    expect((await world.wallet(walletId)).available).toBe(0n)
  })

  test('of money that is spent already leaves a debt, never a negative balance', async () => {
    const { id, walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
    await world.activities.settleCheckout({ topUpId: id })
    await spend(walletId, 20_000_000n)
    await world.stripe.refunds.create({ payment_intent: paymentIntentId })
    await process(await world.hear('refund.created'))
    expect(await world.wallet(walletId)).toMatchObject({ available: 0n, receivable: 20_000_000n })
  })

  test('that fails gives the money back, once; one that failed before we heard of it takes nothing', async () => {
    const { id, walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
    await world.activities.settleCheckout({ topUpId: id })
    const refund = await world.stripe.refunds.create({ payment_intent: paymentIntentId, amount: 1000 })
    const fail = async () => {
      world.forge(`^/v1/refunds/${refund.id}$`, { ...refund, status: 'failed' })
      return process(await world.hear('refund.created'))
    }
    expect(await fail()).toMatchObject({ outcome: 'unchanged' })
    await process(await world.hear('refund.created'))
    expect((await world.wallet(walletId)).available).toBe(15_000_000n)
    expect(await fail()).toMatchObject({ outcome: 'refund_failed', fundedWalletId: walletId })
    await fail()
    expect((await world.wallet(walletId)).available).toBe(25_000_000n)
  })

  test('in another currency is left to an operator', async () => {
    const { id, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
    await world.activities.settleCheckout({ topUpId: id })
    const refund = await world.stripe.refunds.create({ payment_intent: paymentIntentId })
    world.forge(`^/v1/refunds/${refund.id}$`, { ...refund, currency: 'eur' })
    await expect(process(await world.hear('refund.created'))).rejects.toMatchObject({
      type: 'currency_mismatch',
      nonRetryable: true,
    })
  })
})

describe('a dispute', () => {
  test.for([
    ['won', ['top_up', 'dispute_opened', 'dispute_won'], 25_000_000n, true],
    ['lost', ['top_up', 'dispute_opened', 'dispute_lost'], 0n, false],
  ] as const)(
    'freezes the amount while it is open, and is final when %s',
    async ([end, kinds, left, funded]) => {
      const { id, walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
      await world.activities.settleCheckout({ topUpId: id })
      const dispute = world.control.openDispute(paymentIntentId)
      expect(await process(await world.hear('charge.dispute.created'))).toMatchObject({
        outcome: 'dispute_opened',
      })
      expect((await world.wallet(walletId)).available).toBe(0n)
      world.control.closeDispute(dispute?.id ?? '', end)
      const closed = await process(await world.hear('charge.dispute.closed'))
      expect(closed).toMatchObject({ outcome: `dispute_${end}`, fundedWalletId: funded ? walletId : null })
      expect(await world.ledgerOf(walletId)).toEqual(kinds)
      expect((await world.wallet(walletId)).available).toBe(left)
    },
  )

  test('whose events all come late, repeated and in any order ends in the same books', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
      const dispute = world.control.openDispute(paymentIntentId)
      world.control.closeDispute(dispute?.id ?? '', 'won')
      const types = ['checkout.session.completed', 'charge.dispute.created', 'charge.dispute.closed']
      const events = await Promise.all([...types, ...types].map((type) => world.hear(type)))
      await Promise.all(shuffled(events).map(process))
      expect(await world.ledgerOf(walletId)).toEqual(['top_up', 'dispute_opened', 'dispute_won'])
      expect((await world.wallet(walletId)).available).toBe(25_000_000n)
    }
  })

  test('that is only an inquiry moves nothing', async () => {
    const { id, walletId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
    await world.activities.settleCheckout({ topUpId: id })
    const opened = world.control.openDispute(paymentIntentId)
    const dispute = await world.stripe.disputes.retrieve(opened?.id ?? '')
    const inquiry = { ...dispute, status: 'warning_needs_response', balance_transactions: [] }
    world.forge(`^/v1/disputes/${dispute.id}$`, inquiry)
    expect(await process(await world.hear('charge.dispute.created'))).toMatchObject({ outcome: 'unchanged' })
    expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
  })
})

/** Money leaves the wallet as it would for another reason; only the balance matters here. */
async function spend(walletId: string, amountMicros: bigint): Promise<void> {
  const request = {
    kind: 'refund',
    walletId,
    amountMicros,
    idempotencyKey: newId('request'),
    reference: 'spent',
  } as const
  await world.billing.post(request)
}

function shuffled<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
