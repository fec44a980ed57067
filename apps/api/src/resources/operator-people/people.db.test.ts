import { randomBytes } from 'node:crypto'
import { newId } from '@berth/contract/ids'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aRental, fund } from '../../test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
let operator: TestPerson
beforeAll(async () => {
  api = await startTestApi()
  operator = await signInAs(api, 'operator-ada')
})
afterAll(() => api.close())

test('a person is found by a part of the handle, name or e-mail, and by the id of them or their wallet', async () => {
  const person = await aPerson('grace')
  const email = `${person.user.handle}@navy.example`
  await api.owner.query(`UPDATE users SET email = $2, display_name = 'Rear Admiral' WHERE id = $1`, [
    person.user.id,
    email,
  ])
  await fund(api, person, 3_000_000)
  await aRental(api, person)
  await aRental(api, person, { phase: 'ended' })
  for (const q of [
    person.user.handle.slice(2).toUpperCase(),
    email,
    'admiral',
    person.user.id,
    person.walletId,
  ]) {
    expect((await find(q)).items).toEqual([
      {
        id: person.user.id,
        handle: person.user.handle,
        displayName: 'Rear Admiral',
        email,
        isOperator: false,
        createdAt: expect.any(String),
        walletId: person.walletId,
        totalMicros: 3_000_000,
        receivableMicros: 0,
        livePods: 1,
      },
    ])
  }
  expect((await find('nobody-of-this-name')).items).toEqual([])
  expect((await find('%')).items).toEqual([])
})

test('an exact match comes first, then who owes most; of more than twenty the answer says so', async () => {
  const stem = `many-${randomBytes(4).toString('hex')}`
  const people = []
  for (let n = 0; n < 22; n += 1) people.push(await signInAs(api, n === 0 ? stem : `${stem}-${n}`))
  const [exact, , , , debtor] = people
  await correct(debtor!, { kind: 'debit', amountMicros: 2_000_000, reason: 'Credited twice.' })
  const { items, more } = await find(stem.toUpperCase())
  expect(items.slice(0, 2).map(({ id }: { id: string }) => id)).toEqual([exact!.user.id, debtor!.user.id])
  expect([items.length, more]).toEqual([20, true])
  const { body } = await as(operator, '/v1/operator/people').expect(200)
  expect(body.items[0]).toMatchObject({ id: debtor!.user.id, receivableMicros: 2_000_000 })
})

test('a person is shown with the wallet that they see themselves', async () => {
  const person = await aPerson('linus')
  await fund(api, person, 5_000_000)
  const { body } = await as(operator, `/v1/operator/people/${person.user.id}`).expect(200)
  const { body: own } = await as(person, '/v1/billing/balance').expect(200)
  expect(body).toMatchObject({ id: person.user.id, handle: person.user.handle })
  expect(body.balance).toEqual({ ...own, asOf: expect.any(String) })
  await as(operator, `/v1/operator/people/${newId('user')}`).expect(404)
})

test('the statement of a person says who corrected what, and what it did to the debt', async () => {
  const person = await aPerson('barbara')
  await fund(api, person, 1_000_000)
  await correct(person, { kind: 'debit', amountMicros: 3_000_000, reason: 'Credited twice.' })
  await correct(person, { kind: 'debt_write_off', amountMicros: 2_000_000, reason: 'Ours to bear.' })
  const path = `/v1/operator/people/${person.user.id}/ledger`
  const { body } = await as(operator, path).expect(200)
  const by = { id: operator.user.id, handle: 'operator-ada' }
  expect(body.items).toMatchObject([
    { kind: 'adjustment', note: 'Ours to bear.', amountMicros: 0, owedChangeMicros: -2_000_000, by },
    {
      kind: 'adjustment',
      note: 'Credited twice.',
      amountMicros: -1_000_000,
      owedChangeMicros: 2_000_000,
      by,
    },
    { kind: 'top_up', amountMicros: 1_000_000, owedChangeMicros: 0, by: null },
  ])
  const { body: corrections } = await as(operator, `${path}?kind=adjustment&pageSize=1`).expect(200)
  expect(corrections.items).toMatchObject([{ note: 'Ours to bear.' }])
  const { body: next } = await as(operator, `${path}?kind=adjustment&cursor=${corrections.nextCursor}`)
  expect(next).toMatchObject({ items: [{ note: 'Credited twice.' }], nextCursor: null })
  const { body: own } = await as(person, '/v1/billing/ledger').expect(200)
  expect(own.items[0]).not.toHaveProperty('by')
})

test('rentals are listed of one person by id, whoever else has the handle', async () => {
  const person = await aPerson('tim')
  const rental = await aRental(api, person)
  await aRental(api, await aPerson('tom'))
  const { body } = await as(operator, `/v1/operator/rentals?state=live&renter=${person.user.id}`).expect(200)
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual([rental.id])
  expect(new URL(body.temporalUrl).searchParams.get('query')).toContain(`RentalUser = "${person.user.id}"`)
})

test('to everybody else nobody is there', async () => {
  const person = await aPerson('mallory')
  const other = await aPerson('victim')
  const paths = ['', `/${other.user.id}`, `/${other.user.id}/ledger`, `/${person.user.id}`]
  for (const path of paths) {
    const { status, body } = await as(person, `/v1/operator/people${path}`)
    expect([path, status, body.code]).toEqual([path, 404, 'not_found'])
    expect((await request(api.app).get(`/v1/operator/people${path}`)).status).toBe(404)
  }
})

const aPerson = (name: string): Promise<TestPerson> =>
  signInAs(api, `${name}-${randomBytes(5).toString('hex')}`)

const as = (person: TestPerson, path: string): request.Test =>
  request(api.app).get(path).set('Cookie', person.cookie)

const find = async (q: string) =>
  (await as(operator, `/v1/operator/people?q=${encodeURIComponent(q)}`).expect(200)).body

const correct = (person: TestPerson, body: object) =>
  request(api.app)
    .post(`/v1/operator/wallets/${person.walletId}/adjustments`)
    .set({ Cookie: operator.cookie, 'Idempotency-Key': randomBytes(8).toString('hex') })
    .send(body)
    .expect(201)
