import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
let operator: TestPerson
const logged: Record<string, unknown>[] = []
beforeAll(async () => {
  api = await startTestApi({ logTo: (line) => logged.push(JSON.parse(line)) })
  operator = await signInAs(api, 'operator-ada')
})
afterAll(() => api.close())

test('a code is redeemed once by each person, so often in all, and not after its end', async () => {
  const code = aCode()
  const issue = {
    code,
    amountMicros: 10_000_000,
    maxRedemptions: 2,
    expiresAt: null,
    note: 'Welcome to Berth.',
  }
  expect((await issued(issue).expect(201)).body).toMatchObject({
    redemptions: 0,
    createdBy: { id: operator.user.id, handle: 'operator-ada' },
    switchedOff: null,
  })
  expect((await issued(issue).expect(422)).body).toMatchObject({
    code: 'promotion_refused',
    errors: [{ pointer: 'code', code: 'taken' }],
  })
  const people = await Promise.all(Array.from({ length: 5 }, aPerson))
  const answers = await Promise.all(
    [...people, ...people].map((person) => redeem(person, code.toLowerCase()).then(({ status }) => status)),
  )
  expect(new Set(answers)).toEqual(new Set([200, 422]))
  const balances = await Promise.all(
    people.map(async (person) => (await as(person, 'get', '/v1/billing/balance')).body.availableMicros),
  )
  expect(balances.filter((micros) => micros === 10_000_000)).toHaveLength(2)
  expect(balances.filter((micros) => micros === 0)).toHaveLength(3)

  const lucky = people[balances.findIndex((micros) => micros === 10_000_000)]
  const again = (await redeem(lucky ?? (await aPerson()), code).expect(200)).body
  expect(again).toMatchObject({ amountMicros: 10_000_000, fresh: false })

  const over = { ...issue, code: `${code}-OLD`, expiresAt: '2020-01-01T00:00:00Z' }
  await issued(over).expect(201)
  const { body: refused } = await redeem(await aPerson(), over.code).expect(422)
  expect(refused).toMatchObject({ code: 'promotion_refused', detail: expect.stringContaining('expired') })
  await redeem(await aPerson(), 'NO-SUCH-CODE').expect(422)
})

test('an issue that was not heard is sent again under its key, and is issued once', async () => {
  const key = randomBytes(8).toString('hex')
  const first = await issued(anIssue(), key).expect(201)
  expect((await issued({ ...anIssue(), code: first.body.code }, key).expect(201)).body).toEqual(first.body)
  const unkeyed = await as(operator, 'post', '/v1/operator/promotions', anIssue())
  expect([unkeyed.status, unkeyed.body.code]).toEqual([400, 'invalid_request'])
})

test('a code that is switched off says who did it, when and why, and the first of two counts', async () => {
  const issue = anIssue()
  await issued(issue).expect(201)
  const early = await aPerson()
  await redeem(early, issue.code).expect(200)
  const reason = 'It was posted in public.'
  const { body: off } = await switchOff(issue.code.toLowerCase(), reason).expect(200)
  expect(off).toMatchObject({
    code: issue.code,
    redemptions: 1,
    switchedOff: { by: { id: operator.user.id, handle: 'operator-ada' }, reason },
  })
  expect((await switchOff(issue.code, 'Once more.').expect(200)).body).toEqual(off)
  const { body: listed } = await as(operator, 'get', '/v1/operator/promotions').expect(200)
  expect(listed.items).toContainEqual(off)
  expect(logged).toContainEqual(
    expect.objectContaining({
      msg: 'operator switches off a promotion code',
      operatorId: operator.user.id,
      code: issue.code,
      reason,
    }),
  )

  const { body: late } = await redeem(await aPerson(), issue.code).expect(422)
  expect(late).toMatchObject({ code: 'promotion_refused', detail: expect.stringContaining('any more') })
  expect((await redeem(early, issue.code).expect(200)).body).toMatchObject({ fresh: false })
  await switchOff('NO-SUCH-CODE', 'It is not there.').expect(404)
  expect((await switchOff(issue.code, ' ').expect(400)).body.errors).toMatchObject([
    { pointer: expect.stringContaining('reason') },
  ])
})

test('while people redeem a code and it is switched off, as many are paid as it says, and none later', async () => {
  const issue = anIssue()
  await issued(issue).expect(201)
  const people = await Promise.all(Array.from({ length: 6 }, aPerson))
  const [off] = await Promise.all([
    switchOff(issue.code, 'It was posted in public.').then(({ body }) => body),
    ...people.map((person) => redeem(person, issue.code)),
  ])
  const balances = await Promise.all(
    people.map(async (person) => (await as(person, 'get', '/v1/billing/balance')).body.availableMicros),
  )
  const paid = balances.filter((micros) => micros === issue.amountMicros)
  expect(paid.length + balances.filter((micros) => micros === 0).length).toBe(people.length)
  const { body } = await as(operator, 'get', '/v1/operator/promotions').expect(200)
  const { redemptions } = body.items.find(({ code }: { code: string }) => code === issue.code)
  expect(redemptions).toBe(paid.length)
  expect(off.redemptions).toBe(paid.length)
})

test('to everybody else there are no promotions to list, issue or switch off', async () => {
  const person = await aPerson()
  const tried = await Promise.all([
    as(person, 'get', '/v1/operator/promotions'),
    as(person, 'post', '/v1/operator/promotions', anIssue()).set('Idempotency-Key', 'a-key-of-mine'),
    as(person, 'post', '/v1/operator/promotions/WELCOME/switch-off', { reason: 'I would like that.' }),
  ])
  expect(tried.map(({ status, body }) => [status, body.code])).toEqual([
    [404, 'not_found'],
    [404, 'not_found'],
    [404, 'not_found'],
  ])
})

const aCode = (): string => `HELLO-${randomBytes(3).toString('hex').toUpperCase()}`
const anIssue = () => ({
  code: aCode(),
  amountMicros: 10_000_000,
  maxRedemptions: 100,
  expiresAt: null,
  note: 'Welcome to Berth.',
})

const aPerson = (): Promise<TestPerson> => signInAs(api, `renter-${randomBytes(5).toString('hex')}`)

function as(person: TestPerson, verb: 'get' | 'post', path: string, body?: object): request.Test {
  const asked = request(api.app)[verb](path).set('Cookie', person.cookie)
  return body === undefined ? asked : asked.send(body)
}

const issued = (issue: object, key = randomBytes(8).toString('hex')): request.Test =>
  as(operator, 'post', '/v1/operator/promotions', issue).set('Idempotency-Key', key)
const redeem = (person: TestPerson, code: string): request.Test =>
  as(person, 'post', '/v1/billing/promotions', { code })
const switchOff = (code: string, reason: string): request.Test =>
  as(operator, 'post', `/v1/operator/promotions/${code}/switch-off`, { reason })
