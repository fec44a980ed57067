import { randomBytes } from 'node:crypto'
import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import { SavedCardEntity } from '@berth/entities/saved-card'
import { type TopUp, TopUpEntity } from '@berth/entities/top-up'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

const CARD = '/v1/billing/card'
const AUTO = '/v1/billing/auto-top-up'
const RULES = { enabled: true, thresholdCents: 1_000, amountCents: 5_000, monthlyCapCents: 20_000 }

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('the saved card', () => {
  test('is shown by what a person knows it by, and nothing of Stripe’s', async () => {
    const { as, person } = await setup()
    expect((await as.get(CARD).expect(200)).body).toEqual({ card: null })
    await aCard(person)
    const card = { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2031, savedAt: expect.any(String) }
    expect((await as.get(CARD).expect(200)).body).toEqual({ card })
  })

  test('is removed at once, and auto top-up with it; removed twice says so', async () => {
    const { as, person } = await setup()
    await aCard(person)
    await as.put(AUTO).send(RULES).expect(200)
    await as.delete(CARD).expect(204)
    expect((await as.get(CARD).expect(200)).body).toEqual({ card: null })
    expect((await as.get(AUTO).expect(200)).body).toMatchObject({ enabled: false, state: 'off' })
    expect((await as.delete(CARD).expect(409)).body.code).toBe('card_missing')
  })

  test('is not asked for while Temporal is away, and a wish without a key is refused', async () => {
    const { as } = await setup()
    await as.post(CARD).expect(400)
    const answer = await as.post(CARD).set('Idempotency-Key', 'a-card-of-mine').expect(503)
    expect(answer.body).toMatchObject({
      code: 'payments_unavailable',
      detail: expect.stringContaining('Nothing was changed'),
    })
  })
})

describe('auto top-up', () => {
  test('is off and proposes something to somebody who never chose', async () => {
    const { as } = await setup()
    expect((await as.get(AUTO).expect(200)).body).toMatchObject({
      enabled: false,
      state: 'off',
      pause: null,
      amountMicros: 50_000_000,
    })
  })

  test('needs a saved card to be on, not to be prepared', async () => {
    const { as } = await setup()
    const answer = await as.put(AUTO).send(RULES).expect(409)
    expect(answer.body).toMatchObject({ code: 'card_missing', detail: expect.stringContaining('Save one') })
    expect((await as.get(AUTO).expect(200)).body).toMatchObject({
      thresholdMicros: 10_000_000,
      enabled: false,
    })
    await as
      .put(AUTO)
      .send({ ...RULES, enabled: false })
      .expect(200)
    expect((await as.get(AUTO).expect(200)).body).toMatchObject({ monthlyCapMicros: 200_000_000 })
  })

  test.for([
    [{ amountCents: 900 }, '/amountCents', 'at least the threshold'],
    [{ monthlyCapCents: 4_900 }, '/monthlyCapCents', 'at least one charge'],
    [{ thresholdCents: 499 }, '/thresholdCents', 'between $5 and $5,000'],
    [{ amountCents: 500_001, monthlyCapCents: 600_000 }, '/amountCents', 'between $5 and $5,000'],
    [{ enabled: 'yes' }, '/enabled', 'boolean'],
  ] as const)('refuses %j at %s', async ([change, pointer, words]) => {
    const { as, person } = await setup()
    await aCard(person)
    const answer = await as
      .put(AUTO)
      .send({ ...RULES, ...change })
      .expect(400)
    expect(answer.body.errors).toMatchObject([{ pointer, detail: expect.stringContaining(words) }])
  })

  test('says why it is paused and where to act, and goes on when its owner has chosen again', async () => {
    const { as, person } = await setup()
    await aCard(person)
    await as.put(AUTO).send(RULES).expect(200)
    await aTopUp(person, { origin: 'auto', status: 'failed', failureWords: 'Your card has expired.' })
    await api.dataSource.query(
      `UPDATE auto_top_ups SET declines = 3, paused_reason = 'declined', paused_at = now(), last_attempt_at = now()
       WHERE wallet_id = $1`,
      [person.walletId],
    )
    const { body } = await as.get(AUTO).expect(200)
    expect(body).toMatchObject({
      state: 'paused',
      declines: 3,
      pause: { reason: 'declined', actionUrl: 'http://localhost:4300/wallet#auto-top-up' },
      lastFailure: { words: 'Your card has expired.' },
    })
    const resumed = await as.put(AUTO).send(RULES).expect(200)
    expect(resumed.body).toMatchObject({ state: 'waiting', pause: null, declines: 0, lastFailure: null })
    expect(Date.parse(resumed.body.nextAttemptAt)).toBeGreaterThan(Date.now() + 59 * 60_000)
  })

  test('shows what is under way and what the month has cost', async () => {
    const { as, person } = await setup()
    await aCard(person)
    await as.put(AUTO).send(RULES).expect(200)
    await aTopUp(person, { origin: 'auto', status: 'paid' })
    await aTopUp(person, { origin: 'checkout', status: 'paid' })
    await aTopUp(person, { origin: 'auto', status: 'created' })
    expect((await as.get(AUTO).expect(200)).body).toMatchObject({
      state: 'charging',
      chargedThisMonthMicros: 100_000_000,
    })
  })
})

describe('receipts', () => {
  test('are of what was paid, newest first, with what went back, page by page', async () => {
    const { as, person } = await setup()
    const ids: string[] = []
    for (let i = 0; i < 3; i += 1)
      ids.push(await aTopUp(person, { status: 'paid', receiptUrl: `https://r.test/${i}` }))
    await aTopUp(person, { status: 'expired' })
    await api.dataSource.query(
      `INSERT INTO top_up_reversals (id, top_up_id, kind, amount, status) VALUES ($1, $2, 'refund', 7000000, 'refunded')`,
      [`re_${ids[2]}`, ids[2]],
    )
    const first = (await as.get('/v1/billing/receipts?pageSize=2').expect(200)).body
    expect(first.items).toMatchObject([
      {
        topUpId: ids[2],
        receiptUrl: 'https://r.test/2',
        reversals: [{ amountMicros: 7_000_000, status: 'refunded' }],
      },
      { topUpId: ids[1], card: { brand: 'visa', last4: '4242' }, origin: 'checkout', reversals: [] },
    ])
    const rest = (await as.get(`/v1/billing/receipts?pageSize=2&cursor=${first.nextCursor}`).expect(200)).body
    expect(rest).toMatchObject({ items: [{ topUpId: ids[0] }], nextCursor: null })
    await as.get('/v1/billing/receipts?cursor=x').expect(400)
  })

  test('are one’s own, like the card and the rules', async () => {
    const { person } = await setup()
    await aCard(person)
    await aTopUp(person, { status: 'paid' })
    const { as: stranger } = await setup()
    expect((await stranger.get('/v1/billing/receipts').expect(200)).body.items).toEqual([])
    expect((await stranger.get(CARD).expect(200)).body).toEqual({ card: null })
    await stranger.put(AUTO).send(RULES).expect(409)
  })
})

test('a checkout that is to keep the card is recorded as such', async () => {
  const { as, person } = await setup()
  await as
    .post('/v1/billing/checkout')
    .set('Idempotency-Key', 'keep-my-card')
    .send({ amountCents: 2_500, saveCard: true })
    .expect(503)
  const rows = await api.dataSource.getRepository(TopUpEntity).findBy({ userId: person.user.id })
  expect(rows).toMatchObject([{ saveCard: true, origin: 'checkout' }])
})

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const call = (method: 'get' | 'post' | 'put' | 'delete') => (path: string) =>
    request(api.app)[method](path).set('Cookie', person.cookie)
  return { person, as: { get: call('get'), post: call('post'), put: call('put'), delete: call('delete') } }
}

async function aCard({ walletId }: TestPerson): Promise<void> {
  await api.dataSource.getRepository(SavedCardEntity).insert({
    paymentMethodId: `pm_${walletId}`,
    walletId,
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: 2031,
    savedAt: new Date(),
  })
}

async function aTopUp({ walletId, user }: TestPerson, change: Partial<TopUp>): Promise<string> {
  const id = newId('topUp')
  await api.dataSource.getRepository(TopUpEntity).insert({
    id,
    walletId,
    userId: user.id,
    amount: micros(50_000_000),
    status: 'paid',
    idempotencyKey: id,
    cardBrand: 'visa',
    cardLast4: '4242',
    paidAt: new Date(),
    ...change,
  })
  return id
}
