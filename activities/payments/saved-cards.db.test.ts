import { SavedCardEntity } from '@berth/entities/saved-card'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPaymentsWorld, sessionOf, type PaymentsWorld } from './test-kit/payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await createPaymentsWorld()
})
afterAll(() => world.close())

test('a checkout that asks for it keeps the card, with what a person knows it by', async () => {
  const { id, walletId } = await world.aCheckoutThatSaves()
  await world.activities.settleCheckout({ topUpId: id })
  expect(await world.savedCard(walletId)).toMatchObject({ brand: 'visa', last4: '4242', expMonth: 12 })
  expect(sessionOf(world.control, id)).toMatchObject({ setupFutureUsage: 'off_session' })
  expect(await world.topUp(id)).toMatchObject({
    status: 'paid',
    cardBrand: 'visa',
    cardLast4: '4242',
    receiptUrl: expect.stringContaining('/receipts/ch_'),
  })
})

test('any other checkout keeps nothing and makes no customer', async () => {
  const { id, walletId } = await world.aPaidCheckout()
  await world.activities.settleCheckout({ topUpId: id })
  expect(await world.savedCard(walletId)).toBeNull()
  expect(sessionOf(world.control, id)).toMatchObject({ customer: null, setupFutureUsage: null })
})

test('the newest card counts, also when its checkout is heard of first; Stripe lets go of the others', async () => {
  const first = await world.aCheckoutThatSaves({ card: '5555555555554444' })
  const { walletId } = first
  world.control.clock.advance(60_000)
  const second = await world.aCheckoutThatSaves({ walletId })
  await world.activities.settleCheckout({ topUpId: second.id })
  await world.activities.settleCheckout({ topUpId: first.id })
  expect(await world.savedCard(walletId)).toMatchObject({ brand: 'visa' })
  await world.activities.detachRemovedCards()
  const cards = await world.dataSource.manager.findBy(SavedCardEntity, { walletId })
  const attached = await Promise.all(
    cards.map(async ({ paymentMethodId, brand }) => {
      const { customer } = await world.stripe.paymentMethods.retrieve(paymentMethodId)
      return { brand, attached: customer !== null }
    }),
  )
  expect(attached.sort((a, b) => a.brand.localeCompare(b.brand))).toEqual([
    { brand: 'mastercard', attached: false },
    { brand: 'visa', attached: true },
  ])
  expect(await world.activities.detachRemovedCards()).toEqual({ detached: 0 })
})

test('a removed card is not brought back by late news of its checkout', async () => {
  const { walletId } = await world.aCheckoutThatSaves()
  const eventId = await world.hear('checkout.session.completed')
  await world.activities.processStripeEvent({ eventId })
  await world.dataSource.query('UPDATE saved_cards SET removed_at = now() WHERE wallet_id = $1', [walletId])
  await world.activities.processStripeEvent({ eventId: await world.hear('checkout.session.completed') })
  expect(await world.savedCard(walletId)).toBeNull()
})

test('letting go of a card whose answer was lost is done by the next try', async () => {
  const { id, walletId } = await world.aCheckoutThatSaves()
  await world.activities.settleCheckout({ topUpId: id })
  const { paymentMethodId = '' } = (await world.savedCard(walletId)) ?? {}
  await world.dataSource.query('UPDATE saved_cards SET removed_at = now() WHERE wallet_id = $1', [walletId])
  const match = { method: 'POST', path: 'detach$' }
  world.control.faults.add({ match, times: 2, fault: { kind: 'after_effect_status', status: 500 } })
  await expect(world.activities.detachRemovedCards()).rejects.toMatchObject({ type: 'stripe_unavailable' })
  world.control.faults.clear()
  expect((await world.activities.detachRemovedCards()).detached).toBeGreaterThan(0)
  expect((await world.stripe.paymentMethods.retrieve(paymentMethodId)).customer).toBeNull()
})

test('a card is saved without a payment, by the page or by its event, and the same wish opens one page', async () => {
  const { walletId } = await world.aTopUp()
  const wish = { setupId: 'req_setup', walletId, expiresAt: Math.floor(Date.now() / 1000) + 7200 }
  const page = await world.activities.createCardSetup(wish)
  expect(await world.activities.createCardSetup(wish)).toEqual(page)
  const { sessionId } = page
  expect(await world.activities.settleCardSetup({ sessionId })).toEqual({ status: 'open' })
  world.control.pay(sessionId)
  const eventId = await world.hear('checkout.session.completed')
  expect(await world.activities.processStripeEvent({ eventId })).toMatchObject({ outcome: 'card_saved' })
  expect(await world.activities.settleCardSetup({ sessionId })).toEqual({ status: 'saved' })
  expect(await world.savedCard(walletId)).toMatchObject({ last4: '4242' })
  expect(await world.ledgerOf(walletId)).toEqual([])
})
