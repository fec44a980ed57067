import { randomBytes } from 'node:crypto'
import { TopUpEntity } from '@berth/entities/top-up'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aRental, fund } from '../../test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('an idle wallet has no runway to run out of', async () => {
  const { get, person } = await setup()
  await fund(api, person, 5_000_000)
  const { body } = await get('/v1/billing/balance').expect(200)
  expect(body).toMatchObject({
    walletId: person.walletId,
    availableMicros: 5_000_000,
    heldMicros: 0,
    totalMicros: 5_000_000,
    receivableMicros: 0,
    burnMicrosPerHour: 0,
    runwaySeconds: null,
  })
})

test('what runs burns and its hold lasts too; what is reserved does not burn, and its hold is its own', async () => {
  const { get, person } = await setup()
  await fund(api, person, 10_000_000)
  await run(person, 3_600_000)
  const reserved = await aRental(api, person, { phase: 'launching' })
  await reserve(reserved.id, 7_200_000)
  const { body } = await get('/v1/billing/balance').expect(200)
  expect(body.burnMicrosPerHour).toBe(3_600_000)
  expect(body.totalMicros).toBe(body.availableMicros + body.heldMicros)
  const [{ held }] = await api.dataSource.query('SELECT held FROM rental_segments WHERE rental_id = $1', [
    reserved.id,
  ])
  const lasts = (10_000_000 - Number(held)) / 1_000
  expect(body.runwaySeconds).toBeGreaterThan(lasts - 10)
  expect(body.runwaySeconds).toBeLessThanOrEqual(lasts)
})

test('a wallet whose pods all end in time has no runway to run out of, though it burns', async () => {
  const { get, person } = await setup()
  await fund(api, person, 10_000_000)
  const rental = await run(person, 3_600_000)
  const settle = (limit: number) =>
    api.dataSource.query('SELECT billing_set_limits($1, false, NULL, true, $2)', [rental, limit])
  await settle(9_000_000)
  const inTime = (await get('/v1/billing/balance').expect(200)).body
  expect(inTime).toMatchObject({ burnMicrosPerHour: 3_600_000, runwaySeconds: null })
  await settle(11_000_000)
  const tooLong = (await get('/v1/billing/balance').expect(200)).body
  expect(tooLong.runwaySeconds).toBeGreaterThan(9_990)
})

test('the statement shows every movement, newest first, and a charge with the window that recomputes it', async () => {
  const { get, person } = await setup()
  await fund(api, person, 10_000_000)
  const rental = await run(person, 3_600_000)
  await passTime(rental, 90)
  await api.dataSource.query('SELECT billing_close($1, NULL, false)', [rental])
  const { body } = await get('/v1/billing/ledger').expect(200)
  const lines: Line[] = body.items
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map(({ seq }) => seq).sort((a, b) => b - a))
  expect(lines.at(-1)).toMatchObject({
    kind: 'top_up',
    amountMicros: 10_000_000,
    availableAfterMicros: 10_000_000,
  })
  const charges = lines.filter(({ kind }) => kind === 'charge')
  expect(charges.length).toBeGreaterThan(0)
  for (const { window, heldChangeMicros, availableChangeMicros, amountMicros, rentalName } of charges) {
    expect(rentalName).toBe('my pod')
    expect(amountMicros).toBe(heldChangeMicros + availableChangeMicros)
    expect(window!.seconds).toBe((Date.parse(window!.to) - Date.parse(window!.from)) / 1000)
    expect(-amountMicros).toBe(Math.floor((window!.priceMicrosPerHour * window!.seconds) / 3600))
  }
  const owned = lines.reduce((sum, { amountMicros }) => sum + amountMicros, 0)
  const balance = (await get('/v1/billing/balance').expect(200)).body
  expect(owned).toBe(balance.totalMicros)
  expect(lines[0]!.availableAfterMicros).toBe(balance.availableMicros)
})

test('the statement pages by kind and by rental without losing a line', async () => {
  const { get, person } = await setup()
  for (let i = 1; i <= 5; i += 1) await fund(api, person, i)
  const rental = await run(person, 3_600_000).catch(() => null)
  expect(rental).toBeNull()
  await fund(api, person, 10_000_000)
  const held = await run(person, 3_600_000)
  const seqs: number[] = []
  let cursor = ''
  do {
    const page = (await get(`/v1/billing/ledger?kind=top_up&pageSize=4${cursor}`).expect(200)).body
    seqs.push(...page.items.map(({ seq }: Line) => seq))
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
  } while (cursor)
  expect(seqs).toHaveLength(6)
  const ofRental = (await get(`/v1/billing/ledger?rentalId=${held}`).expect(200)).body.items
  expect(new Set(ofRental.map(({ rentalId }: Line) => rentalId))).toEqual(new Set([held]))
  expect(ofRental.map(({ kind }: Line) => kind)).toContain('hold')
  await get('/v1/billing/ledger?cursor=x').expect(400)
})

test('a top-up that Temporal cannot take is refused in words; the same key goes on with the same one', async () => {
  const { post, person } = await setup()
  const topUp = (key: string, amountCents: number) =>
    post('/v1/billing/checkout').set('Idempotency-Key', key).send({ amountCents })
  const answer = await topUp('top-up-key', 2_500).expect(503)
  expect(answer.body).toMatchObject({
    code: 'payments_unavailable',
    detail: expect.stringContaining('$25.00'),
  })
  await topUp('top-up-key', 2_500).expect(503)
  const rows = await api.dataSource.getRepository(TopUpEntity).findBy({ userId: person.user.id })
  expect(rows).toMatchObject([{ amount: 25_000_000n, status: 'created', idempotencyKey: 'top-up-key' }])
  expect((await topUp('top-up-key', 9_900).expect(422)).body.code).toBe('idempotency_mismatch')
  await api.dataSource.query('DELETE FROM idempotency_keys WHERE user_id = $1', [person.user.id])
  expect((await topUp('top-up-key', 9_900).expect(422)).body.code).toBe('idempotency_mismatch')
})

test.for([499, 500_001, 10.5, -500])('%d cents is no top-up', async (amountCents) => {
  const { post } = await setup()
  const answer = await post('/v1/billing/checkout')
    .set('Idempotency-Key', 'a-key-of-mine')
    .send({ amountCents })
  expect(answer.status).toBe(400)
  expect(answer.body.errors).toMatchObject([{ pointer: '/amountCents' }])
})

test('a top-up shows its page only while it can be paid', async () => {
  const { get, person } = await setup()
  const insert = (id: string, status: 'open' | 'paid') =>
    api.dataSource.getRepository(TopUpEntity).insert({
      id,
      walletId: person.walletId,
      userId: person.user.id,
      amount: 5_000_000n as never,
      status,
      checkoutSessionId: `cs_${id}`,
      checkoutUrl: 'https://checkout.stripe.test/x',
      idempotencyKey: id,
    })
  const [open, paid] = ['top_01ARZ3NDEKTSV4RRFFQ69G5FA1', 'top_01ARZ3NDEKTSV4RRFFQ69G5FA2']
  await insert(open, 'open')
  await insert(paid, 'paid')
  const opened = await get(`/v1/billing/top-ups/${open}`).expect(200)
  expect(opened.body).toMatchObject({
    amountMicros: 5_000_000,
    checkoutUrl: 'https://checkout.stripe.test/x',
  })
  expect((await get(`/v1/billing/top-ups/${paid}`).expect(200)).body).toMatchObject({
    status: 'paid',
    checkoutUrl: null,
  })
})

interface Line {
  seq: number
  kind: string
  rentalId: string | null
  rentalName: string | null
  amountMicros: number
  availableChangeMicros: number
  heldChangeMicros: number
  availableAfterMicros: number
  window: { from: string; to: string; seconds: number; priceMicrosPerHour: number } | null
}

const reserve = (rentalId: string, price: number) =>
  api.dataSource.query('SELECT * FROM billing_reserve($1, $2, $3, 0, NULL, NULL, NULL)', [
    rentalId,
    `seg_${rentalId}`,
    price,
  ])

/** A pod whose meter runs, through the functions that move money. */
async function run(person: TestPerson, price: number): Promise<string> {
  const { id } = await aRental(api, person)
  await reserve(id, price)
  await api.dataSource.query('SELECT billing_start($1, $2, 0)', [id, price])
  return id
}

/** As if the meter had started earlier. */
async function passTime(rentalId: string, seconds: number): Promise<void> {
  await api.owner.query(
    `UPDATE rental_segments SET started_at = started_at - make_interval(secs => $2),
       charged_until = charged_until - make_interval(secs => $2), funded_until = funded_until - make_interval(secs => $2)
     WHERE rental_id = $1`,
    [rentalId, seconds],
  )
}

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  return {
    person,
    get: (path: string) => request(api.app).get(path).set('Cookie', person.cookie),
    post: (path: string) => request(api.app).post(path).set('Cookie', person.cookie),
  }
}
