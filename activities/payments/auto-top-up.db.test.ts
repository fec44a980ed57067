import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createPaymentsWorld, type PaymentsWorld } from './test-kit/payments-world.ts'

const CONFIRMED_ALWAYS = '4000002760003184'
const NO_FUNDS = '4000000000009995'
const STOLEN = '4000000000009979'

let world: PaymentsWorld
beforeAll(async () => {
  world = await createPaymentsWorld()
})
afterEach(() => world.control.faults.clear())
afterAll(() => world.close())

const due = async () => (await world.activities.findDueAutoTopUps({ limit: 100 })).walletIds
const claim = (walletId: string) => world.activities.claimAutoTopUp({ walletId })
const topUp = async (walletId: string) => {
  const { topUpId } = await claim(walletId)
  if (topUpId === null) throw new Error('nothing is due')
  return { topUpId, state: await world.activities.chargeSavedCard({ topUpId }) }
}
const chargesOf = (topUpId: string) =>
  world.control.events().filter(({ type, object }) => {
    const { topUpId: of } = (object['metadata'] ?? {}) as { topUpId?: string }
    return type.startsWith('charge.') && of === topUpId
  })

describe('a wallet under its threshold', () => {
  test('is found, its card charged once for one amount, credited and told', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    expect(await due()).toContain(walletId)
    const { topUpId, state } = await topUp(walletId)
    expect(state).toEqual({ status: 'paid', walletId })
    expect((await world.wallet(walletId)).available).toBe(75_000_000n)
    expect(await world.topUp(topUpId)).toMatchObject({
      status: 'paid',
      origin: 'auto',
      cardLast4: '4242',
      receiptUrl: expect.stringContaining('/receipts/'),
    })
    expect(await world.toldTo(walletId)).toEqual([
      { kind: 'auto_top_up_paid', data: { amountMicros: 50_000_000, availableMicros: 75_000_000 } },
    ])
    expect(await due()).not.toContain(walletId)
    expect(await claim(walletId)).toEqual({ topUpId: null, reason: 'enough' })
  })

  test('decided by ten at once is charged once', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(walletId)))
    expect(new Set(claims.map(({ topUpId }) => topUpId)).size).toBe(1)
    const topUpId = claims[0]?.topUpId ?? ''
    const charges = Array.from({ length: 5 }, () => world.activities.chargeSavedCard({ topUpId }))
    await Promise.allSettled(charges)
    expect(chargesOf(topUpId)).toHaveLength(1)
    expect(await world.ledgerOf(walletId)).toEqual(['top_up', 'top_up'])
  })

  test('is not charged again within the hour, however low it falls', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    await topUp(walletId)
    await spend(walletId, 70_000_000n)
    expect(await claim(walletId)).toEqual({ topUpId: null, reason: 'too_soon' })
    expect(await due()).not.toContain(walletId)
    await world.anHourPasses(walletId)
    expect(await due()).toContain(walletId)
    expect((await topUp(walletId)).state.status).toBe('paid')
  })

  test('is never charged over its monthly cap, and told so once', async () => {
    const { walletId } = await world.aWalletThatRunsLow({ monthlyCap: 60_000_000n })
    await topUp(walletId)
    await spend(walletId, 70_000_000n)
    await world.anHourPasses(walletId)
    expect(await claim(walletId)).toEqual({ topUpId: null, reason: 'monthly_cap' })
    expect(await claim(walletId)).toEqual({ topUpId: null, reason: 'monthly_cap' })
    expect(await due()).not.toContain(walletId)
    const told = await world.toldTo(walletId)
    expect(told.map(({ kind }) => kind)).toEqual(['auto_top_up_paid', 'auto_top_up_failed'])
    expect(told[1]?.data).toMatchObject({ nextTryAt: null, words: expect.stringContaining('$60.00') })
  })

  test('is left alone where auto top-up is off or the card was removed', async () => {
    const off = await world.aWalletThatRunsLow()
    await world.dataSource.query('UPDATE auto_top_ups SET enabled = false WHERE wallet_id = $1', [
      off.walletId,
    ])
    const cardless = await world.aWalletThatRunsLow()
    await world.dataSource.query('UPDATE saved_cards SET removed_at = now() WHERE wallet_id = $1', [
      cardless.walletId,
    ])
    expect(await claim(off.walletId)).toEqual({ topUpId: null, reason: 'off' })
    expect(await claim(cardless.walletId)).toEqual({ topUpId: null, reason: 'no_card' })
    const found = await due()
    expect([off.walletId, cardless.walletId].filter((id) => found.includes(id))).toEqual([])
  })
})

describe('a card that refuses', () => {
  test('is tried again an hour later at the earliest, and no more after the third time in a row', async () => {
    const { walletId } = await world.aWalletThatRunsLow({ card: NO_FUNDS })
    for (const [declines, pausedReason] of [
      [1, null],
      [2, null],
      [3, 'declined'],
    ] as const) {
      expect((await topUp(walletId)).state).toEqual({
        status: 'failed',
        words: 'Your card has insufficient funds.',
      })
      expect(await world.autoTopUp(walletId)).toMatchObject({ declines, pausedReason })
      const reason = pausedReason === null ? 'too_soon' : 'paused'
      expect(await claim(walletId)).toEqual({ topUpId: null, reason })
      await world.anHourPasses(walletId)
    }
    expect(await claim(walletId)).toEqual({ topUpId: null, reason: 'paused' })
    expect(await due()).not.toContain(walletId)
    const told = await world.toldTo(walletId)
    expect(told.map(({ kind }) => kind)).toEqual([
      'auto_top_up_failed',
      'auto_top_up_failed',
      'auto_top_up_paused',
    ])
    expect(told[2]?.data).toMatchObject({ words: expect.stringContaining('insufficient funds') })
    expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
  })

  test('is believed at once where the bank says that trying again is no use', async () => {
    const { walletId } = await world.aWalletThatRunsLow({ card: STOLEN })
    await topUp(walletId)
    expect(await world.autoTopUp(walletId)).toMatchObject({ declines: 1, pausedReason: 'declined' })
  })

  test('because its owner must confirm pauses at once and charges nothing; a card saved by the owner goes on', async () => {
    const { walletId } = await world.aWalletThatRunsLow({ card: CONFIRMED_ALWAYS })
    const { topUpId } = await topUp(walletId)
    expect(await world.autoTopUp(walletId)).toMatchObject({ pausedReason: 'authentication_required' })
    expect(await world.topUp(topUpId)).toMatchObject({
      status: 'failed',
      failureCode: 'authentication_required',
    })
    expect((await world.toldTo(walletId)).map(({ kind }) => kind)).toEqual(['auto_top_up_paused'])
    world.control.clock.advance(1000)
    const confirmed = await world.aCheckoutThatSaves({ walletId })
    await world.activities.settleCheckout({ topUpId: confirmed.id })
    expect(await world.autoTopUp(walletId)).toMatchObject({ pausedReason: null, declines: 0 })
  })

  test('counts once, however often the charge, its event and its repetition tell of it', async () => {
    const { walletId } = await world.aWalletThatRunsLow({ card: NO_FUNDS })
    const { topUpId } = await topUp(walletId)
    const eventId = await world.hear('payment_intent.payment_failed')
    await Promise.all([
      world.activities.chargeSavedCard({ topUpId }),
      world.activities.processStripeEvent({ eventId }),
      world.activities.processStripeEvent({ eventId }),
    ])
    expect(await world.autoTopUp(walletId)).toMatchObject({ declines: 1 })
    expect(await world.toldTo(walletId)).toHaveLength(1)
  })

  test('that Stripe does not know any more pauses instead of being asked for ever', async () => {
    const { walletId, paymentMethodId } = await world.aWalletThatRunsLow()
    await world.stripe.paymentMethods.detach(paymentMethodId)
    expect((await topUp(walletId)).state).toMatchObject({ status: 'failed' })
    expect(await world.autoTopUp(walletId)).toMatchObject({ pausedReason: 'declined' })
  })
})

describe('a charge whose answer is lost', () => {
  const lose = (times = 2) =>
    world.control.faults.add({
      match: { method: 'POST', path: '/payment_intents$' },
      times,
      fault: { kind: 'cut_after_effect' },
    })

  test('is unknown, not refused: nothing else is charged, and the same key finds out what it did', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    const { topUpId } = await claim(walletId)
    if (topUpId === null) throw new Error('nothing is due')
    lose()
    const first = world.activities.chargeSavedCard({ topUpId })
    await expect(first).rejects.toMatchObject({ type: 'stripe_unknown', nonRetryable: false })
    expect((await world.topUp(topUpId)).status).toBe('created')
    await world.anHourPasses(walletId)
    expect(await claim(walletId)).toEqual({ topUpId })
    expect(await world.activities.chargeSavedCard({ topUpId })).toEqual({ status: 'paid', walletId })
    expect(chargesOf(topUpId)).toHaveLength(1)
    expect((await world.wallet(walletId)).available).toBe(75_000_000n)
  })

  test('is told by its webhook, before or after anybody asks again', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    const { topUpId } = await claim(walletId)
    if (topUpId === null) throw new Error('nothing is due')
    lose()
    await expect(world.activities.chargeSavedCard({ topUpId })).rejects.toMatchObject({
      type: 'stripe_unknown',
    })
    const eventId = await world.hear('payment_intent.succeeded')
    const answer = { outcome: 'paid', topUpId: null, fundedWalletId: walletId }
    expect(await world.activities.processStripeEvent({ eventId })).toEqual(answer)
    expect(await world.activities.chargeSavedCard({ topUpId })).toEqual({ status: 'paid', walletId })
    expect(await world.ledgerOf(walletId)).toEqual(['top_up', 'top_up'])
  })

  test('for longer than Stripe keeps the key is looked for by its name, never made again', async () => {
    for (const wasMade of [true, false]) {
      const { walletId } = await world.aWalletThatRunsLow()
      const { topUpId } = await claim(walletId)
      if (topUpId === null) throw new Error('nothing is due')
      const path = '/payment_intents$'
      const fault = wasMade ? ({ kind: 'cut_after_effect' } as const) : ({ kind: 'cut' } as const)
      world.control.faults.add({ match: { method: 'POST', path }, times: 2, fault })
      await expect(world.activities.chargeSavedCard({ topUpId })).rejects.toMatchObject({
        type: 'stripe_unknown',
      })
      await world.dataSource.query(
        `UPDATE top_ups SET created_at = created_at - interval '25 hours' WHERE id = $1`,
        [topUpId],
      )
      const state = await world.activities.chargeSavedCard({ topUpId })
      expect(state.status).toBe(wasMade ? 'paid' : 'failed')
      expect(chargesOf(topUpId)).toHaveLength(wasMade ? 1 : 0)
    }
  })
})

describe('an automatic charge', () => {
  test('that is refunded or disputed finds its wallet, and a dispute stops further charges', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    const { topUpId } = await topUp(walletId)
    const { paymentIntentId } = await world.topUp(topUpId)
    await world.stripe.refunds.create({ payment_intent: paymentIntentId ?? '', amount: 1000 })
    await world.activities.processStripeEvent({ eventId: await world.hear('refund.created') })
    world.control.openDispute(paymentIntentId ?? '')
    const opened = await world.hear('charge.dispute.created')
    await world.activities.processStripeEvent({ eventId: opened })
    expect(await world.ledgerOf(walletId)).toEqual(['top_up', 'top_up', 'refund', 'dispute_opened'])
    expect(await world.autoTopUp(walletId)).toMatchObject({ pausedReason: 'disputed' })
    await world.dataSource.query(`UPDATE auto_top_ups SET paused_reason = NULL WHERE wallet_id = $1`, [
      walletId,
    ])
    await world.activities.processStripeEvent({ eventId: opened })
    expect(await world.autoTopUp(walletId)).toMatchObject({ pausedReason: null })
  })

  test('of another amount than was decided is never credited', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    const { topUpId } = await claim(walletId)
    world.forge('^/v1/payment_intents/', {
      id: 'pi_forged',
      object: 'payment_intent',
      status: 'succeeded',
      amount_received: 4900,
      currency: 'usd',
      metadata: { topUpId },
    })
    expect(await world.activities.chargeSavedCard({ topUpId: topUpId ?? '' })).toMatchObject({
      status: 'failed',
      words: expect.stringContaining('is over 4900 cents, not over 5000'),
    })
    expect(await world.ledgerOf(walletId)).toEqual(['top_up'])
  })

  test('cannot be credited without being marked: when the mark fails, the credit is gone too', async () => {
    const { walletId } = await world.aWalletThatRunsLow()
    const { topUpId } = await claim(walletId)
    await world.owner.query(`CREATE OR REPLACE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'power cut'; END $$`)
    await world.owner.query(`CREATE TRIGGER power_cut BEFORE UPDATE ON top_ups FOR EACH ROW
      WHEN (NEW.id = '${topUpId}' AND NEW.status = 'paid') EXECUTE FUNCTION power_cut()`)
    const charge = () => world.activities.chargeSavedCard({ topUpId: topUpId ?? '' })
    await expect(charge()).rejects.toThrow('power cut')
    expect((await world.wallet(walletId)).available).toBe(25_000_000n)
    await world.owner.query('DROP TRIGGER power_cut ON top_ups')
    expect(await charge()).toEqual({ status: 'paid', walletId })
    expect(chargesOf(topUpId ?? '')).toHaveLength(1)
  })
})

async function spend(walletId: string, amountMicros: bigint): Promise<void> {
  const idempotencyKey = `spent/${walletId}`
  await world.billing.post({ kind: 'refund', walletId, amountMicros, idempotencyKey, reference: 'spent' })
}
