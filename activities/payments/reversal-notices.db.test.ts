import { newId } from '@berth/contract/ids'
import { NoticeDeliveryEntity } from '@berth/entities/notice-delivery'
import { UserEntity } from '@berth/entities/user'
import { WebhookEndpointEntity } from '@berth/entities/webhook-endpoint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPaymentsWorld, type PaymentsWorld } from './test-kit/payments-world.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await createPaymentsWorld()
})
afterAll(() => world.close())

const CENTS = 2_500
const PAID = 25_000_000

describe('the owner of a wallet', () => {
  test('is told of each refund once, however often Stripe says it, with what is left', async () => {
    const { walletId, paymentIntentId } = await aToppedUpWallet()
    for (const amount of [700, 300]) {
      await world.stripe.refunds.create({ payment_intent: paymentIntentId, amount })
      const heard = await Promise.all([world.hear('refund.created'), world.hear('refund.created')])
      await Promise.all(heard.map(process))
    }
    const left = { receivableMicros: 0 }
    expect(await world.toldTo(walletId)).toEqual([
      { kind: 'top_up_refunded', data: { ...left, amountMicros: 7_000_000, availableMicros: 18_000_000 } },
      { kind: 'top_up_refunded', data: { ...left, amountMicros: 3_000_000, availableMicros: 15_000_000 } },
    ])
  })

  test('is told that a refund failed and the money is back', async () => {
    const { walletId, paymentIntentId } = await aToppedUpWallet()
    const refund = await world.stripe.refunds.create({ payment_intent: paymentIntentId, amount: 1_000 })
    await process(await world.hear('refund.created'))
    world.forge(`^/v1/refunds/${refund.id}$`, { ...refund, status: 'failed' })
    await process(await world.hear('refund.created'))
    const [, failed] = await world.toldTo(walletId)
    expect(failed).toMatchObject({ kind: 'refund_failed', data: { availableMicros: PAID } })
  })

  test.for([
    ['won', PAID],
    ['lost', 0],
  ] as const)('is told that a dispute was opened and %s', async ([end, left]) => {
    const { walletId, paymentIntentId } = await aToppedUpWallet()
    const dispute = world.control.openDispute(paymentIntentId)
    await process(await world.hear('charge.dispute.created'))
    world.control.closeDispute(dispute?.id ?? '', end)
    const closed = await world.hear('charge.dispute.closed')
    await Promise.all([process(closed), process(closed)])
    const figures = { amountMicros: PAID, receivableMicros: 0 }
    expect(await world.toldTo(walletId)).toEqual([
      { kind: 'dispute_opened', data: { ...figures, availableMicros: 0 } },
      { kind: `dispute_${end}`, data: { ...figures, availableMicros: left } },
    ])
  })

  test('is told once of a debt, and once when a credit has paid it off', async () => {
    const { walletId, paymentIntentId } = await aToppedUpWallet()
    await move(walletId, 'adjustment_debit', 20_000_000n)
    await world.stripe.refunds.create({ payment_intent: paymentIntentId })
    await process(await world.hear('refund.created'))
    await move(walletId, 'adjustment_debit', 1_000_000n)
    await move(walletId, 'top_up', 5_000_000n)
    await move(walletId, 'top_up', 50_000_000n)
    const told = (await world.toldTo(walletId)).filter(({ kind }) => kind.includes('debt'))
    expect(told).toEqual([
      { kind: 'wallet_in_debt', data: { receivableMicros: 20_000_000, availableMicros: 0 } },
      { kind: 'debt_cleared', data: { clearedMicros: 16_000_000, availableMicros: 34_000_000 } },
    ])
  })

  test('is told that a debt is settled when an operator gives it up', async () => {
    const { walletId } = await aToppedUpWallet()
    await move(walletId, 'adjustment_debit', 26_000_000n)
    await move(walletId, 'debt_write_off', 1_000_000n)
    expect((await world.toldTo(walletId)).map(({ kind }) => kind)).toEqual(['wallet_in_debt', 'debt_cleared'])
  })

  test('hears it by e-mail and at the endpoints that want it', async () => {
    const { walletId, paymentIntentId } = await aToppedUpWallet()
    const { userId } = await world.wallet(walletId)
    await world.dataSource.manager.update(UserEntity, { id: userId }, { email: 'ada@example.com' })
    await anEndpoint(userId, ['rental_ended'])
    const wanting = await anEndpoint(userId, ['dispute_opened'])
    world.control.openDispute(paymentIntentId)
    await process(await world.hear('charge.dispute.created'))
    const planned = await world.dataSource.manager.find(NoticeDeliveryEntity, { where: { userId } })
    expect(planned.map(({ channel, endpointId }) => [channel, endpointId]).sort()).toEqual([
      ['email', null],
      ['webhook', wanting],
    ])
  })
})

const process = (eventId: string) => world.activities.processStripeEvent({ eventId })

async function aToppedUpWallet() {
  const topUp = await world.aPaidCheckout({ cents: CENTS })
  await world.activities.settleCheckout({ topUpId: topUp.id })
  return topUp
}

const move = (
  walletId: string,
  kind: 'adjustment_debit' | 'top_up' | 'debt_write_off',
  amountMicros: bigint,
) => world.billing.post({ walletId, kind, amountMicros, idempotencyKey: newId('request'), reference: 'test' })

async function anEndpoint(userId: string, kinds: string[]): Promise<string> {
  const id = newId('webhookEndpoint')
  const endpoint = { id, userId, url: 'https://example.com/hook', description: '', enabled: true }
  await world.dataSource.manager.insert(WebhookEndpointEntity, { ...endpoint, kinds, secret: 'sealed' })
  return id
}
