import Stripe from 'stripe'
import { expect, it, onTestFinished } from 'vitest'
import { startStripeEmulator } from './start.ts'

const GOOD = '4242424242424242'
const ALWAYS_CONFIRMED = '4000002760003184'

it('saves the card of a payment that asks for it, and charges it later in its owner’s absence', async () => {
  const { stripe, saveByPaying, charge } = await setup()
  const { customer, method } = await saveByPaying(GOOD)
  expect(method).toMatchObject({ customer, card: { brand: 'visa', last4: '4242', exp_month: 12 } })
  const intent = await charge({ customer, payment_method: method.id })
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2500, metadata: { topUpId: 'top_2' } })
  const listed = await stripe.paymentIntents.list({ customer, created: { gte: 1 } })
  expect(listed.data.map(({ id }) => id)[0]).toBe(intent.id)
  const { latest_charge: paid } = await stripe.paymentIntents.retrieve(intent.id, {
    expand: ['latest_charge'],
  })
  if (typeof paid !== 'object' || paid?.receipt_url == null) throw new Error('there is no receipt')
  expect(await (await fetch(paid.receipt_url)).text()).toContain('$25.00')
})

it('saves a card without a payment', async () => {
  const { stripe, pay } = await setup()
  const { id: customer } = await stripe.customers.create()
  const session = await stripe.checkout.sessions.create({
    mode: 'setup',
    currency: 'usd',
    customer,
    success_url: 'http://localhost/wallet',
    setup_intent_data: { metadata: { walletId: 'wal_1' } },
  })
  expect((await pay(session.url, { card: GOOD })).status).toBe(303)
  const done = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['setup_intent.payment_method'],
  })
  expect(done).toMatchObject({
    status: 'complete',
    payment_status: 'no_payment_required',
    amount_total: null,
    setup_intent: { metadata: { walletId: 'wal_1' }, payment_method: { customer, card: { last4: '4242' } } },
  })
})

it('has the bank ask on the page: confirmed it pays, refused it does not', async () => {
  const { stripe, openPage, pay } = await setup()
  const { session } = await openPage()
  const asked = await pay(session.url, { card: ALWAYS_CONFIRMED })
  expect(await asked.text()).toContain('Confirm with your bank')
  const refused = await pay(session.url, { card: ALWAYS_CONFIRMED, authentication: 'failed' })
  expect(refused.status).toBe(402)
  expect(await refused.text()).toContain('unable to authenticate')
  const confirmed = await pay(session.url, { card: ALWAYS_CONFIRMED, authentication: 'completed' })
  expect(confirmed.status).toBe(303)
  expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
})

it('declines a charge in its owner’s absence that the bank wants confirmed, and says the same to the same key', async () => {
  const { saveByPaying, charge, control } = await setup()
  const { customer, method } = await saveByPaying(ALWAYS_CONFIRMED)
  const attempt = () => charge({ customer, payment_method: method.id }, 'k1')
  const refusal = {
    statusCode: 402,
    code: 'authentication_required',
    payment_intent: { status: 'requires_payment_method' },
  }
  await expect(attempt()).rejects.toMatchObject(refusal)
  await expect(attempt()).rejects.toMatchObject(refusal)
  expect(control.events().filter(({ type }) => type === 'payment_intent.payment_failed')).toHaveLength(1)
})

it('declines a card that has changed its mind, with the bank’s advice; a card set up once needs no confirmation again', async () => {
  const { saveByPaying, charge, control } = await setup()
  const { customer, method } = await saveByPaying('4000002500003155')
  expect((await charge({ customer, payment_method: method.id })).status).toBe('succeeded')
  expect(control.changeCard(method.id, '4000000000009979')).toBe(true)
  await expect(charge({ customer, payment_method: method.id })).rejects.toMatchObject({
    code: 'card_declined',
    decline_code: 'stolen_card',
    advice_code: 'do_not_try_again',
  })
})

it('charges no card that was let go of', async () => {
  const { stripe, saveByPaying, charge } = await setup()
  const { customer, method } = await saveByPaying(GOOD)
  expect((await stripe.paymentMethods.detach(method.id)).customer).toBeNull()
  await expect(charge({ customer, payment_method: method.id })).rejects.toThrow(/not attached/)
})

async function setup() {
  const { control, close, ...address } = await startStripeEmulator()
  onTestFinished(close)
  const { host, port, apiKey } = address
  const stripe = new Stripe(apiKey, { host, port, protocol: 'http', maxNetworkRetries: 0 })
  const pay = (url: string | null, form: Record<string, string>) =>
    fetch(url ?? '', { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })

  async function openPage() {
    const { id: customer } = await stripe.customers.create()
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      customer,
      success_url: 'http://localhost/wallet',
      payment_intent_data: { setup_future_usage: 'off_session', metadata: { topUpId: 'top_1' } },
      line_items: [
        { quantity: 1, price_data: { currency: 'usd', unit_amount: 2500, product_data: { name: 'Top-up' } } },
      ],
    })
    return { customer, session }
  }
  return {
    stripe,
    control,
    pay,
    openPage,
    async saveByPaying(card: string) {
      const { customer, session } = await openPage()
      control.pay(session.id, card)
      const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id, {
        expand: ['payment_intent.payment_method'],
      })
      const method = typeof intent === 'object' ? intent?.payment_method : null
      if (typeof method !== 'object' || method === null) throw new Error('no card was saved')
      return { customer, method }
    },
    charge: (card: { customer: string; payment_method: string }, idempotencyKey?: string) =>
      stripe.paymentIntents.create(
        {
          ...card,
          amount: 2500,
          currency: 'usd',
          off_session: true,
          confirm: true,
          metadata: { topUpId: 'top_2' },
        },
        idempotencyKey === undefined ? {} : { idempotencyKey },
      ),
  }
}
