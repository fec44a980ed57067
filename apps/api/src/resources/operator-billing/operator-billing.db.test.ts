import { randomBytes } from 'node:crypto'
import { afterAdjustment } from '@berth/contract/adjustment'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fund, listOffer } from '../../test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
let operator: TestPerson
beforeAll(async () => {
  api = await startTestApi()
  operator = await signInAs(api, 'operator-ada')
})
afterAll(() => api.close())

test('an operator corrects a wallet with a reason; the ledger says who, and a repeat moves nothing', async () => {
  const person = await aPerson()
  const key = randomBytes(8).toString('hex')
  const body = { kind: 'credit', amountMicros: 5_000_000, reason: 'The pod was unusable for an hour.' }
  const first = await adjust(person, body, key).expect(201)
  expect(first.body).toMatchObject({ availableMicros: 5_000_000, receivableMicros: 0 })
  expect((await adjust(person, body, key).expect(201)).body).toEqual(first.body)
  const { body: ledger } = await as(person, 'get', '/v1/billing/ledger').expect(200)
  expect(ledger.items).toHaveLength(1)
  expect(ledger.items[0]).toMatchObject({ kind: 'adjustment', note: body.reason, amountMicros: 5_000_000 })
  expect(ledger.items[0].reference).toContain('operator-ada')
})

test('a debit takes what there is and the rest is owed, until it is given up; never more than that', async () => {
  const person = await aPerson()
  await fund(api, person, 1_000_000)
  const debit = { kind: 'debit', amountMicros: 3_000_000, reason: 'Credited twice by mistake.' }
  expect((await adjust(person, debit).expect(201)).body).toMatchObject({
    availableMicros: 0,
    receivableMicros: 2_000_000,
  })
  const tooMuch = { kind: 'debt_write_off', amountMicros: 2_000_001, reason: 'Gone for good.' }
  expect((await adjust(person, tooMuch).expect(422)).body).toMatchObject({ code: 'adjustment_refused' })
  const all = { ...tooMuch, amountMicros: 2_000_000 }
  expect((await adjust(person, all).expect(201)).body).toMatchObject({ receivableMicros: 0 })
})

test('a correction makes of a wallet what is foretold, whatever it has and owes', async () => {
  const person = await aPerson()
  let funds = { availableMicros: 0, receivableMicros: 0 }
  const steps = [
    ['credit', 4_000_000],
    ['debit', 1_500_000],
    ['debit', 6_000_000],
    ['debt_write_off', 1_000_000],
    ['credit', 500_000],
    ['credit', 5_000_001],
    ['debit', 2_000_001],
    ['debit', 1],
  ] as const
  for (const [kind, amountMicros] of steps) {
    funds = afterAdjustment(funds, { kind, amountMicros })
    const body = { kind, amountMicros, reason: 'One of a series.' }
    expect((await adjust(person, body).expect(201)).body).toMatchObject(funds)
  }
})

test('to everybody else none of it is there', async () => {
  const person = await aPerson()
  const body = { kind: 'credit', amountMicros: 5_000_000, reason: 'I would like that.' }
  const adjusted = await as(person, 'post', `/v1/operator/wallets/${person.walletId}/adjustments`, body)
  const looked = await as(person, 'get', '/v1/operator/trial-balance')
  expect([adjusted.status, looked.status]).toEqual([404, 404])
})

test('a wallet is read as of any instant, and the trial balance is zero', async () => {
  const person = await aPerson()
  await fund(api, person, 7_000_000)
  const { body: now } = await as(operator, 'get', `/v1/operator/wallets/${person.walletId}/balance`).expect(
    200,
  )
  expect(now).toMatchObject({ availableMicros: 7_000_000, heldMicros: 0, transactions: 1 })
  await fund(api, person, 2_000_000)
  const at = encodeURIComponent(now.at)
  const { body: then } = await as(operator, 'get', `/v1/operator/wallets/${person.walletId}/balance?at=${at}`)
  expect(then).toEqual(now)
  const { body: mine } = await as(person, 'get', `/v1/billing/balance-at?at=${at}`).expect(200)
  expect(mine).toEqual(now)
  const { body: trial } = await as(operator, 'get', '/v1/operator/trial-balance').expect(200)
  expect(trial.totalMicros).toBe(0)
  expect(trial.accounts.map(({ account }: { account: string }) => account)).toContain('stripe_clearing')
})

test('spend limits stand until they are lifted, and refuse a launch with their name', async () => {
  const person = await aPerson()
  await fund(api, person, 50_000_000)
  const offer = await listOffer(api)
  const preview = () =>
    as(person, 'post', '/v1/rentals/preview', { offerId: offer.id, duration: { kind: 'until_stopped' } })
  expect((await preview().expect(200)).body).toMatchObject({ limitReached: null })
  const limits = { perHourMicros: 1_000_000, perDayMicros: null }
  expect((await as(person, 'put', '/v1/billing/limits', limits).expect(200)).body).toMatchObject(limits)
  expect((await preview().expect(200)).body).toMatchObject({ limitReached: 'burn_limit' })
  await as(person, 'put', '/v1/billing/limits', { perHourMicros: null, perDayMicros: 10_000 }).expect(200)
  expect((await preview().expect(200)).body).toMatchObject({ limitReached: 'day_limit' })
  await as(person, 'put', '/v1/billing/limits', { perHourMicros: 0, perDayMicros: null }).expect(400)
  const { body } = await as(person, 'get', '/v1/billing/limits').expect(200)
  expect(body).toMatchObject({ perHourMicros: null, perDayMicros: 10_000, spentTodayMicros: 0 })
})

test('terms of an upstream account show on its offers and in the preview; those of the renter go before', async () => {
  const person = await aPerson()
  const offer = await listOffer(api)
  const block = { strategy: 'block', blockSeconds: 3600, unused: 'none' }
  await as(operator, 'put', `/v1/operator/providers/${offer.account}/charging`, { charging: block }).expect(
    200,
  )
  const preview = () =>
    as(person, 'post', '/v1/rentals/preview', { offerId: offer.id, duration: { kind: 'until_stopped' } })
  expect((await preview().expect(200)).body).toMatchObject({
    charging: block,
    firstHoldMicros: offer.priceMicrosPerHour,
  })
  const { body: listed } = await as(
    person,
    'get',
    `/v1/catalog/listings/${encodeURIComponent(offer.id)}`,
  ).expect(200)
  expect(listed.charging).toEqual(block)

  const term = { strategy: 'term', earlyStop: [{ fromSeconds: 0, refundPercent: 50 }] }
  await as(operator, 'put', `/v1/operator/wallets/${person.walletId}/charging`, { charging: term }).expect(
    200,
  )
  expect((await preview().expect(400)).body).toMatchObject({ code: 'invalid_request' })
  await as(operator, 'put', `/v1/operator/wallets/${person.walletId}/charging`, { charging: null }).expect(
    200,
  )
  await as(operator, 'put', `/v1/operator/providers/${offer.account}/charging`, { charging: null }).expect(
    200,
  )
  expect((await preview().expect(200)).body).toMatchObject({ charging: { strategy: 'hold' } })
})

const aPerson = (): Promise<TestPerson> => signInAs(api, `renter-${randomBytes(5).toString('hex')}`)

function as(person: TestPerson, verb: 'get' | 'post' | 'put', path: string, body?: object): request.Test {
  const asked = request(api.app)[verb](path).set('Cookie', person.cookie)
  return body === undefined ? asked : asked.send(body)
}

const adjust = (person: TestPerson, body: object, key = randomBytes(8).toString('hex')): request.Test =>
  as(operator, 'post', `/v1/operator/wallets/${person.walletId}/adjustments`, body).set(
    'Idempotency-Key',
    key,
  )
