import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import type { StripeEmulatorOptions } from './emulator.ts'
import { startStripeEmulator } from './start.ts'

const LINE_ITEM = {
  quantity: 1,
  price_data: { currency: 'usd', unit_amount: 2500, product_data: { name: 'Wallet <top-up>' } },
}
const CHECKOUT: Stripe.Checkout.SessionCreateParams = {
  mode: 'payment',
  success_url: 'http://localhost/wallet?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'http://localhost/wallet',
  client_reference_id: 'wal_1',
  metadata: { topUpId: 'top_1' },
  line_items: [LINE_ITEM],
}

describe('checkout, with the official client', () => {
  it('opens a session, is paid on its page, and goes back to the shop with the session id', async () => {
    const { stripe, pay } = await setup()
    const session = await stripe.checkout.sessions.create(CHECKOUT)
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 2500,
      payment_intent: null,
    })

    const shown = await (await fetch(session.url ?? '')).text()
    expect(shown).toContain('$25.00')
    expect(shown).toContain('Wallet &lt;top-up&gt;')
    const paid = await pay(session.url, '4242 4242 4242 4242')
    expect([paid.status, paid.headers.get('Location')]).toEqual([
      303,
      `http://localhost/wallet?session=${session.id}`,
    ])

    const after = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge'],
    })
    expect(after).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      metadata: { topUpId: 'top_1' },
    })
    expect(after.payment_intent).toMatchObject({
      status: 'succeeded',
      amount_received: 2500,
      latest_charge: { paid: true },
    })
  })

  it('says that a card was declined, stays open, and takes another card', async () => {
    const { stripe, pay } = await setup()
    const session = await stripe.checkout.sessions.create(CHECKOUT)
    const declined = await pay(session.url, '4000000000000002')
    expect(declined.status).toBe(402)
    expect(await declined.text()).toContain('Your card was declined.')
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
    expect((await pay(session.url, '4242424242424242')).status).toBe(303)
    expect((await pay(session.url, '4242424242424242')).status).toBe(303)
    const types = (await stripe.events.list({ limit: 100 })).data.map(({ type }) => type)
    expect(types.filter((type) => type === 'checkout.session.completed')).toHaveLength(1)
    expect(types).toContain('payment_intent.payment_failed')
  })

  it('runs out after a day by its own clock, or at once when told to', async () => {
    const clock = createClock()
    const { stripe, pay } = await setup({ clock })
    const forgotten = await stripe.checkout.sessions.create(CHECKOUT)
    clock.advance(86_401_000)
    expect((await stripe.checkout.sessions.retrieve(forgotten.id)).status).toBe('expired')
    expect((await pay(forgotten.url, '4242424242424242')).status).toBe(410)
    const cancelled = await stripe.checkout.sessions.create(CHECKOUT)
    expect((await stripe.checkout.sessions.expire(cancelled.id)).status).toBe('expired')
    await expect(stripe.checkout.sessions.expire(cancelled.id)).rejects.toThrow(/Only Checkout Sessions/)
  })
})

describe('the API', () => {
  it('answers the same key and body with the first answer, and refuses the key for another body', async () => {
    const { stripe, control } = await setup()
    const first = await stripe.checkout.sessions.create(CHECKOUT, { idempotencyKey: 'k1' })
    const again = await stripe.checkout.sessions.create(CHECKOUT, { idempotencyKey: 'k1' })
    expect(again.id).toBe(first.id)
    const other = stripe.checkout.sessions.create(
      { ...CHECKOUT, client_reference_id: 'wal_2' },
      { idempotencyKey: 'k1' },
    )
    await expect(other).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
    expect(control.sessions()).toHaveLength(1)
  })

  it('does the work once when its answer is lost and the client tries again', async () => {
    const { stripe, control } = await setup({}, { maxNetworkRetries: 2 })
    control.faults.add({ match: { method: 'POST', path: 'sessions$' }, fault: { kind: 'cut_after_effect' } })
    const session = await stripe.checkout.sessions.create(CHECKOUT)
    expect(control.sessions().map(({ id }) => id)).toEqual([session.id])
  })

  it('speaks Stripe errors: authentication, missing, unknown and absent parameters, too small', async () => {
    const { stripe, address } = await setup()
    const stranger = new Stripe('sk_test_wrong_key', address)
    await expect(stranger.events.list()).rejects.toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    await expect(stripe.checkout.sessions.retrieve('cs_none')).rejects.toMatchObject({
      code: 'resource_missing',
    })
    const { success_url: _left_out, ...incomplete } = CHECKOUT
    const attempts = [incomplete, { ...CHECKOUT, colour: 'red' }, { ...CHECKOUT, line_items: [] }]
    const codes = await Promise.all(
      attempts.map((body) =>
        stripe.rawRequest('POST', '/v1/checkout/sessions', body).catch((error) => error.code),
      ),
    )
    expect(codes.slice(0, 2)).toEqual(['parameter_missing', 'parameter_unknown'])
    const cheap = { ...LINE_ITEM, price_data: { ...LINE_ITEM.price_data, unit_amount: 49 } }
    const small = { ...CHECKOUT, line_items: [cheap] }
    await expect(stripe.checkout.sessions.create(small)).rejects.toMatchObject({ code: 'amount_too_small' })
  })

  it('carries a request id and the version on every answer', async () => {
    const { stripe } = await setup()
    const { lastResponse } = await stripe.customers.create({
      email: 'ada@example.com',
      metadata: { userId: 'usr_1' },
    })
    expect(lastResponse.requestId).toMatch(/^req_/)
    expect(lastResponse.apiVersion).toBe(Stripe.API_VERSION)
  })

  it('refunds in parts, up to what was paid and no further', async () => {
    const { stripe, control } = await setup()
    const session = await stripe.checkout.sessions.create(CHECKOUT)
    control.pay(session.id)
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id)
    const paymentIntent = String(intent)
    expect((await stripe.refunds.create({ payment_intent: paymentIntent, amount: 1000 })).amount).toBe(1000)
    expect((await stripe.refunds.create({ payment_intent: paymentIntent })).amount).toBe(1500)
    const tooMuch = stripe.refunds.create({ payment_intent: paymentIntent })
    await expect(tooMuch).rejects.toMatchObject({ code: 'charge_already_refunded' })
    const [newest] = (await stripe.events.list({ type: 'charge.refunded' })).data
    expect(newest?.data.object).toMatchObject({ amount_refunded: 2500, refunded: true })
  })

  it('lists events newest first, by time, type and page', async () => {
    const clock = createClock({ frozenAtMs: 1_800_000_000_000 })
    const { stripe } = await setup({ clock })
    for (const email of ['a@x.io', 'b@x.io', 'c@x.io']) {
      await stripe.customers.create({ email })
      clock.advance(10_000)
    }
    const all: string[] = []
    for await (const event of stripe.events.list({ type: 'customer.created', limit: 1 })) {
      all.push((event.data.object as Stripe.Customer).email ?? '')
    }
    expect(all).toEqual(['c@x.io', 'b@x.io', 'a@x.io'])
    const late = await stripe.events.list({ created: { gt: 1_800_000_000 }, types: ['customer.created'] })
    expect(late.data).toHaveLength(2)
    const [event] = late.data
    expect((await stripe.events.retrieve(event?.id ?? '')).type).toBe('customer.created')
  })
})

describe('webhooks', () => {
  it('arrive signed, and are tried again until the endpoint takes them', async () => {
    const { stripe, control, received, answers } = await setup({ webhookRetryDelaysMs: [1, 1, 1] })
    answers.push(500, 500)
    await stripe.customers.create({ email: 'ada@example.com' })
    await expect.poll(() => received).toHaveLength(3)
    expect(received[2]).toMatchObject({
      type: 'customer.created',
      data: { object: { email: 'ada@example.com' } },
    })
    await expect.poll(() => control.deliveries().map(({ status }) => status)).toEqual([500, 500, 200])
    expect((await stripe.events.list()).data[0]?.pending_webhooks).toBe(0)
  })

  it('are dropped, repeated, delayed, out of order and sent again by order', async () => {
    const clock = createClock()
    const { stripe, control, received } = await setup({ clock })
    const names = () => received.map((event) => (event.data.object as Stripe.Customer).name)
    const create = async (name: string) => await stripe.customers.create({ name })
    const match = { method: 'WEBHOOK', path: '^customer\\.created$' }

    control.faults.add({ match, fault: { kind: 'webhook_drop' } })
    await create('dropped')
    control.faults.add({ match, fault: { kind: 'webhook_repeat', copies: 1 } })
    await create('twice')
    await expect.poll(names).toEqual(['twice', 'twice'])
    control.faults.add({ match, fault: { kind: 'webhook_out_of_order' } })
    await create('later')
    await create('sooner')
    await expect.poll(names).toEqual(['twice', 'twice', 'sooner', 'later'])
    control.faults.add({ match, fault: { kind: 'webhook_delay', ms: 60_000 } })
    await create('delayed')
    clock.advance(60_000)
    await expect.poll(names).toContain('delayed')
    expect(control.resend(control.events()[0]?.id ?? '')).toBe(true)
    await expect.poll(names).toContain('dropped')
  })

  it('tell of a dispute and how it ended', async () => {
    const { stripe, control, received } = await setup()
    const session = await stripe.checkout.sessions.create(CHECKOUT)
    control.pay(session.id, '4000000000000259')
    await expect.poll(() => received.map(({ type }) => type)).toContain('charge.dispute.created')
    const opened = received.find(({ type }) => type === 'charge.dispute.created')
    const { id } = (opened?.data.object ?? {}) as { id?: string }
    if (typeof id !== 'string') throw new Error('the dispute has no id')
    expect(control.closeDispute(id, 'lost')).toBe(true)
    expect((await stripe.disputes.retrieve(id)).status).toBe('lost')
    await expect.poll(() => received.map(({ type }) => type)).toContain('charge.dispute.closed')
  })
})

const closers: (() => Promise<unknown>)[] = []
afterAll(async () => {
  await Promise.all(closers.map((close) => close()))
})

async function setup(options: StripeEmulatorOptions = {}, client: { maxNetworkRetries?: number } = {}) {
  const received: Stripe.Event[] = []
  const answers: number[] = []
  const endpoint = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const signature = String(request.headers['stripe-signature'])
      received.push(Stripe.webhooks.constructEvent(Buffer.concat(chunks), signature, 'whsec_emulated'))
      response.writeHead(answers.shift() ?? 200).end()
    })
  })
  endpoint.listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const { port } = endpoint.address() as AddressInfo
  const emulator = await startStripeEmulator({ webhookUrl: `http://127.0.0.1:${port}/hook`, ...options })
  closers.push(emulator.close, async () => {
    endpoint.closeAllConnections()
    endpoint.close()
  })
  const address = {
    host: emulator.host,
    port: emulator.port,
    protocol: 'http',
    maxNetworkRetries: 0,
  } as const
  const stripe = new Stripe(emulator.apiKey, { ...address, ...client })
  const pay = async (url: string | null, card: string) =>
    await fetch(url ?? '', {
      method: 'POST',
      body: new URLSearchParams({ card, email: 'a@x.io' }),
      redirect: 'manual',
    })
  return { stripe, address, pay, received, answers, control: emulator.control }
}
