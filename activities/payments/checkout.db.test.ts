import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPaymentsWorld, sessionOf, type PaymentsWorld } from './test-kit/payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await createPaymentsWorld()
})
afterAll(() => world.close())

const sessionsOf = (topUpId: string) =>
  world.control.sessions().filter(({ metadata }) => metadata['topUpId'] === topUpId)

describe('opening the page', () => {
  test('stores where to pay, and tells Stripe whose money it will be', async () => {
    const { id, walletId } = await world.aTopUp({ cents: 2500 })
    const opened = await world.activities.createCheckout({ topUpId: id })
    const session = sessionOf(world.control, id)
    expect(opened).toEqual({ status: 'open', url: session.url })
    expect(await world.topUp(id)).toMatchObject({
      status: 'open',
      checkoutSessionId: session.id,
      checkoutUrl: session.url,
    })
    expect(session).toMatchObject({
      amountTotal: 2500,
      currency: 'usd',
      metadata: { topUpId: id, walletId },
      paymentMetadata: { topUpId: id, walletId },
      successUrl: `https://berth.test/wallet?topUp=${id}`,
    })
  })

  test('again answers the same page without asking Stripe', async () => {
    const { id } = await world.aTopUp()
    const opened = await world.activities.createCheckout({ topUpId: id })
    world.control.faults.add({ match: { path: '^/v1/checkout' }, fault: { kind: 'unauthorized' } })
    expect(await world.activities.createCheckout({ topUpId: id })).toEqual(opened)
    world.control.faults.clear()
  })

  test('twice at once makes one page', async () => {
    const { id } = await world.aTopUp()
    const attempts = Array.from({ length: 4 }, () => world.activities.createCheckout({ topUpId: id }))
    const urls = (await Promise.allSettled(attempts)).flatMap((attempt) =>
      attempt.status === 'fulfilled' ? [attempt.value.url] : [],
    )
    expect(new Set(urls)).toEqual(new Set([sessionOf(world.control, id).url]))
    expect(sessionsOf(id)).toHaveLength(1)
  })

  test('when the answer is lost is unknown, and asking again finds the page that was made', async () => {
    const { id } = await world.aTopUp()
    // Twice, because Stripe's client itself asks once more.
    world.control.faults.add({ match: { method: 'POST' }, times: 2, fault: { kind: 'cut_after_effect' } })
    const first = world.activities.createCheckout({ topUpId: id })
    await expect(first).rejects.toMatchObject({ type: 'stripe_unknown', nonRetryable: false })
    expect(await world.topUp(id)).toMatchObject({ status: 'created', checkoutUrl: null })
    const second = await world.activities.createCheckout({ topUpId: id })
    expect(sessionsOf(id).map(({ url }) => url)).toEqual([second.url])
  })

  test('of a wish that waited too long for us is not tried: Stripe would refuse so short a life', async () => {
    const createdAt = new Date(Date.now() - 90 * 60_000)
    const { id } = await world.aTopUp({ createdAt })
    expect(await world.activities.createCheckout({ topUpId: id })).toEqual({ status: 'expired', url: null })
    expect(sessionsOf(id)).toEqual([])
  })

  test('that Stripe refuses for good is not retried, and can be given up', async () => {
    const { id } = await world.aTopUp({ cents: 10 })
    const attempt = world.activities.createCheckout({ topUpId: id })
    await expect(attempt).rejects.toMatchObject({ type: 'stripe_invalid_request', nonRetryable: true })
    expect(await world.activities.abandonCheckout({ topUpId: id })).toEqual({ status: 'failed', url: null })
    expect(await world.activities.settleCheckout({ topUpId: id })).toMatchObject({ status: 'failed' })
  })

  test('is never given up once the page can be paid', async () => {
    const { id } = await world.aTopUp()
    const opened = await world.activities.createCheckout({ topUpId: id })
    expect(await world.activities.abandonCheckout({ topUpId: id })).toEqual(opened)
  })

  test('of a top-up that does not exist fails at once, with its name', async () => {
    await expect(world.activities.createCheckout({ topUpId: 'top_none' })).rejects.toMatchObject({
      type: 'top_up_unknown',
      nonRetryable: true,
      message: 'There is no top-up top_none.',
    })
  })
})

describe('settling', () => {
  test('credits what Stripe says was paid, once, and marks the top-up with it', async () => {
    const { id, walletId, sessionId, paymentIntentId } = await world.aPaidCheckout({ cents: 2500 })
    const settled = await world.activities.settleCheckout({ topUpId: id })
    expect(settled).toEqual({ status: 'paid', walletId })
    expect(await world.activities.settleCheckout({ topUpId: id })).toEqual(settled)
    expect((await world.wallet(walletId)).available).toBe(25_000_000n)
    const [transaction] = await world.dataSource.query<{ id: string; idempotency_key: string }[]>(
      'SELECT id, idempotency_key FROM ledger_transactions WHERE wallet_id = $1',
      [walletId],
    )
    expect(transaction?.idempotency_key).toBe(`top_up:${sessionId}`)
    expect(await world.topUp(id)).toMatchObject({
      status: 'paid',
      paymentIntentId,
      checkoutUrl: null,
      creditedTransactionId: transaction?.id,
    })
  })

  test('changes nothing while nobody has paid, also after a declined card', async () => {
    const { id, walletId } = await world.aPaidCheckout({ card: '4000000000000002' })
    expect(await world.activities.settleCheckout({ topUpId: id })).toEqual({ status: 'open' })
    expect(await world.ledgerOf(walletId)).toEqual([])
    expect((await world.topUp(id)).status).toBe('open')
  })

  test('ends a top-up whose page has expired', async () => {
    const { id, walletId } = await world.aTopUp()
    await world.activities.createCheckout({ topUpId: id })
    await world.stripe.checkout.sessions.expire(sessionOf(world.control, id).id)
    expect(await world.activities.settleCheckout({ topUpId: id })).toEqual({ status: 'expired' })
    expect(await world.topUp(id)).toMatchObject({ status: 'expired', checkoutUrl: null })
    expect(await world.ledgerOf(walletId)).toEqual([])
  })

  test.for([
    ['another amount', { amount_total: 2499 }, 'is over 2499 cents, not over 2500'],
    ['another currency', { currency: 'eur' }, 'is in eur, not in usd'],
    ['another owner', { metadata: { topUpId: 'top_other' } }, 'names another top-up'],
  ] as const)('refuses %s, and says why', async ([, difference, words]) => {
    const { id, walletId, sessionId } = await world.aPaidCheckout({ cents: 2500 })
    const session = await world.stripe.checkout.sessions.retrieve(sessionId)
    world.forge(`^/v1/checkout/sessions/${sessionId}$`, { ...session, ...difference })
    const settled = await world.activities.settleCheckout({ topUpId: id })
    expect(settled).toEqual({ status: 'failed', words: expect.stringContaining(words) })
    expect(await world.ledgerOf(walletId)).toEqual([])
    expect((await world.topUp(id)).status).toBe('failed')
  })

  test('cannot credit without marking: when the mark fails, the credit is gone too, and trying again does both', async () => {
    const { id, walletId } = await world.aPaidCheckout({ cents: 2500 })
    await refuseMarkOf(id)
    await expect(world.activities.settleCheckout({ topUpId: id })).rejects.toThrow('power cut')
    expect(await world.wallet(walletId)).toMatchObject({ available: 0n, lastSeq: 0 })
    expect((await world.topUp(id)).status).toBe('open')
    await world.owner.query('DROP TRIGGER power_cut ON top_ups')
    await world.activities.settleCheckout({ topUpId: id })
    expect((await world.wallet(walletId)).available).toBe(25_000_000n)
    expect((await world.topUp(id)).status).toBe('paid')
  })
})

/** The database fails at the last statement of the settlement of this top-up. */
async function refuseMarkOf(topUpId: string): Promise<void> {
  await world.owner.query(`CREATE OR REPLACE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'power cut'; END $$`)
  await world.owner.query(`CREATE TRIGGER power_cut BEFORE UPDATE ON top_ups FOR EACH ROW
    WHEN (NEW.id = '${topUpId}' AND NEW.status = 'paid') EXECUTE FUNCTION power_cut()`)
}
