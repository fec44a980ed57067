import { randomBytes } from 'node:crypto'
import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import { LaunchOutcomeEntity } from '@berth/entities/launch-outcome'
import { RentalEntity } from '@berth/entities/rental'
import { RentalEventEntity } from '@berth/entities/rental-event'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSshKey, anOffer, aRental, fund, listOffer } from '../../test-support/fixtures.ts'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'
import { insertRental, MAX_LIVE_RENTALS } from './insert-rental.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('a preview says price, first hold, what is missing and how long the wallet lasts', async () => {
  const { as, person } = await setup()
  const offer = await listOffer(api)
  const ask = (body: object) =>
    as('post', '/v1/rentals/preview')
      .send({ offerId: offer.id, ...body })
      .expect(200)
  const poor = (await ask({ duration: { kind: 'until_stopped' } })).body
  // Fifteen seconds of an almost empty wallet and thirty of teardown.
  expect(poor).toMatchObject({
    priceMicrosPerHour: 4_200_000,
    pricePerDayMicros: 100_800_000,
    upstreamMicrosPerHour: 4_000_000,
    firstHoldMicros: 52_500,
    availableMicros: 0,
    shortfallMicros: 52_500,
    totalMicros: null,
  })
  await fund(api, person, 42_000_000)
  const rich = (await ask({ duration: { kind: 'for', seconds: 7_200 } })).body
  expect(rich).toMatchObject({ shortfallMicros: 0, runwaySeconds: null, totalMicros: 8_400_000 })
  const endless = (await ask({ duration: { kind: 'until_stopped' } })).body
  expect(endless).toMatchObject({ shortfallMicros: 0, runwaySeconds: 36_000 })
  const budget = (await ask({ duration: { kind: 'budget', spendLimitMicros: 500_000 }, diskGib: 140 })).body
  expect(budget).toMatchObject({ priceMicrosPerHour: 4_210_000, totalMicros: 500_000 })
})

test('an offer that vanished, grew old or whose provider is off is gone', async () => {
  const { as } = await setup()
  const preview = (offerId: string) =>
    as('post', '/v1/rentals/preview').send({ offerId, duration: { kind: 'until_stopped' } })
  await listOffer(api, { id: 'off:1', key: '1', account: 'off', provider: 'off' }, { status: 'off' })
  const old = new Date(Date.now() - 11 * 60_000)
  await listOffer(api, { id: 'old:1', key: '1', account: 'old', provider: 'old' }, { refreshedAt: old })
  for (const offerId of ['off:1', 'old:1', 'acme:nothing', 'nobody:1', 'nocolon', ':']) {
    const answer = await preview(offerId).expect(409)
    expect([offerId, answer.body.code]).toEqual([offerId, 'offer_gone'])
  }
  expect((await preview('old:1')).body.data).toEqual({
    gpu: 'nvidia-h100-80gb-sxm',
    alternatives: '/v1/catalog/listings?gpu=nvidia-h100-80gb-sxm',
  })
})

test.for([
  [
    'a price above what was seen',
    { priceMicrosPerHour: 4_000_000 },
    409,
    'price_changed',
    { priceMicrosPerHour: 4_200_000 },
  ],
  ['too large a disk', { diskGib: 501 }, 400, 'invalid_request', undefined],
  [
    'a replacement cap below the price',
    { failover: { maxPriceMicrosPerHour: 1 } },
    400,
    'invalid_request',
    undefined,
  ],
  [
    'somebody else’s key',
    { sshKeyIds: ['key_01ARZ3NDEKTSV4RRFFQ69G5FAV'] },
    422,
    'unknown_ssh_key',
    undefined,
  ],
] as const)('renting refuses %s and leaves nothing behind', async ([, change, status, code, data]) => {
  const { rent, person } = await setup()
  await fund(api, person, 10_000_000)
  const answer = await rent(change).expect(status)
  expect(answer.body).toMatchObject({ code, ...(data ? { data } : {}) })
  expect(await api.dataSource.getRepository(RentalEntity).countBy({ userId: person.user.id })).toBe(0)
})

test('an empty wallet is told the amounts, and a wallet in debt what it owes', async () => {
  const { rent, person } = await setup()
  const empty = await rent().expect(403)
  expect(empty.body).toMatchObject({
    code: 'insufficient_balance',
    data: { requiredMicros: 52_500, availableMicros: 0, shortfallMicros: 52_500 },
  })
  await api.owner.query('UPDATE wallets SET receivable = 5000000 WHERE id = $1', [person.walletId])
  expect((await rent().expect(403)).body).toMatchObject({
    code: 'wallet_in_debt',
    detail: expect.stringContaining('$5.00'),
  })
})

test('with Temporal down nothing is started, the rental says so, and the same key may try again', async () => {
  const { rent, person } = await setup()
  await fund(api, person, 10_000_000)
  const key = randomBytes(8).toString('hex')
  const answer = await rent({}, key).expect(503)
  expect(answer.body).toMatchObject({
    code: 'orchestrator_unavailable',
    detail: expect.stringContaining('nothing was charged'),
  })
  expect(answer.headers['retry-after']).toBe('30')
  const rentals = await api.dataSource.getRepository(RentalEntity).findBy({ userId: person.user.id })
  expect(rentals).toMatchObject([{ phase: 'ended', endReason: 'failed', workflowClaimedAt: null }])
  const events = await api.dataSource.getRepository(RentalEventEntity).findBy({ rentalId: rentals[0]!.id })
  expect(events.map(({ kind }) => kind)).toEqual(['requested', 'ended'])
  await rent({}, key).expect(503)
  const after = await api.dataSource.getRepository(RentalEntity).findBy({ userId: person.user.id })
  expect(after.map(({ phase }) => phase)).toEqual(['ended', 'ended'])
})

test('a workflow that took the rental up although its start was not heard keeps it', async () => {
  const { rent, person } = await setup()
  await fund(api, person, 10_000_000)
  await api.owner.query(`CREATE FUNCTION claim() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.workflow_claimed_at := now(); RETURN NEW; END $$`)
  await api.owner.query(`CREATE TRIGGER claim BEFORE INSERT ON rentals FOR EACH ROW EXECUTE FUNCTION claim()`)
  const answer = await rent()
  await api.owner.query('DROP FUNCTION claim CASCADE')
  expect(answer.status).toBe(201)
  expect(answer.body).toMatchObject({
    phase: 'reserving',
    endedAt: null,
    terms: { stopStart: 'none', teardownSeconds: 30, images: 'any', ports: 'published', environment: 'any' },
  })
})

test('a person has twenty pods at once at most, also when asking for many in one instant', async () => {
  const { rent, person } = await setup()
  await fund(api, person, 10_000_000)
  const [model] = await Promise.all(Array.from({ length: MAX_LIVE_RENTALS - 1 }, () => aRental(api, person)))
  const starts = await Promise.allSettled(
    Array.from({ length: 5 }, () =>
      insertRental(api.dataSource, { row: { ...model!, id: newId('rental') }, sealedEnvironment: null }),
    ),
  )
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await rent().expect(422)).body.code).toBe('limit_reached')
})

test('a list pages newest first without repeating or losing any, and knows live from ended', async () => {
  const { as, person } = await setup()
  const made: string[] = []
  for (let i = 0; i < 7; i += 1) {
    const requestedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(i / 3)))
    made.push((await aRental(api, person, { requestedAt, phase: i % 2 ? 'ended' : 'running' })).id)
  }
  const seen: string[] = []
  let cursor = ''
  do {
    const page = (await as('get', `/v1/rentals?pageSize=2${cursor && `&cursor=${cursor}`}`).expect(200)).body
    seen.push(...page.items.map(({ id }: { id: string }) => id))
    cursor = page.nextCursor ?? ''
  } while (cursor)
  expect(new Set(seen).size).toBe(7)
  expect([...seen].sort()).toEqual([...made].sort())
  const ended = (await as('get', '/v1/rentals?state=ended').expect(200)).body
  expect(ended.items).toHaveLength(3)
  expect((await as('get', '/v1/rentals?state=live').expect(200)).body.items).toHaveLength(4)
  expect((await as('get', '/v1/rentals?cursor=rent_x').expect(400)).body.errors).toMatchObject([
    { pointer: 'cursor' },
  ])
})

test('a rental shows its attempts, its meter and how to connect, and to an operator where its workflow is', async () => {
  const { as, person } = await setup('operator-ada')
  const rental = await aRental(api, person, { sshHost: '203.0.113.5', sshPort: 2222, sshUser: 'root' })
  await meter(rental.id, person.walletId)
  await attempt(rental.id)
  const { body } = await as('get', `/v1/rentals/${rental.id}`).expect(200)
  expect(body).toMatchObject({
    id: rental.id,
    ssh: { command: 'ssh -p 2222 root@203.0.113.5' },
    temporalUrl: `http://temporal.test/namespaces/default/workflows/rental%2F${rental.id}`,
    attempts: [
      {
        attempt: 1,
        offerId: 'acme:h100-1',
        providerName: 'Acme Cloud',
        outcome: 'no_capacity',
        message: 'sold out',
      },
    ],
    meter: { chargedMicros: 70_000, billedSeconds: 60, heldMicros: 70_000, priceMicrosPerHour: 4_200_000 },
  })
  const alone = await as('get', `/v1/rentals/${rental.id}/meter`).expect(200)
  expect(alone.body).toMatchObject({ chargedMicros: 70_000, startedAt: '2026-01-01T00:00:00.000Z' })
  expect(Math.abs(Date.parse(alone.body.asOf) - Date.now())).toBeLessThan(5_000)
})

test('a rental that has ended shows no address, and nobody but operators a workflow', async () => {
  const { as, person } = await setup()
  const rental = await aRental(api, person, { phase: 'ended', sshHost: 'h', sshPort: 22, sshUser: 'root' })
  const { body } = await as('get', `/v1/rentals/${rental.id}`).expect(200)
  expect(body).toMatchObject({ ssh: null, temporalUrl: null, meter: { startedAt: null, chargedMicros: 0 } })
})

test('a rental tells how it was asked for, so that the same can be asked for again', async () => {
  const { as, person } = await setup()
  const wish = async (changes: Parameters<typeof aRental>[2]) => {
    const { id } = await aRental(api, person, changes)
    const { failover, durationSeconds } = (await as('get', `/v1/rentals/${id}`).expect(200)).body
    return { failover, durationSeconds }
  }
  expect(await wish({})).toEqual({ failover: null, durationSeconds: null })
  const cap = micros(5_000_000)
  expect(await wish({ failover: true, maxPriceMicrosPerHour: cap, durationSeconds: 3600 })).toEqual({
    failover: { maxPriceMicrosPerHour: 5_000_000 },
    durationSeconds: 3600,
  })
  expect(await wish({ failover: true })).toMatchObject({ failover: { maxPriceMicrosPerHour: 4_200_000 } })
})

test('the timeline pages oldest first, each line with a sentence', async () => {
  const { as, person } = await setup()
  const rental = await aRental(api, person)
  for (const kind of ['requested', 'stopping', 'a_kind_of_a_newer_server']) {
    await api.dataSource
      .getRepository(RentalEventEntity)
      .insert({ rentalId: rental.id, userId: person.user.id, kind, data: {} })
  }
  const first = (await as('get', `/v1/rentals/${rental.id}/events?pageSize=2`).expect(200)).body
  expect(first.items.map(({ message }: { message: string }) => message)).toEqual([
    'You asked for this pod.',
    'The pod is being destroyed.',
  ])
  const rest = await as('get', `/v1/rentals/${rental.id}/events?cursor=${first.nextCursor}`).expect(200)
  expect(rest.body).toMatchObject({ items: [{ message: 'a kind of a newer server' }], nextCursor: null })
  await as('get', `/v1/rentals/${rental.id}/events?cursor=zero`).expect(400)
})

test('a stop is recorded at its instant even while Temporal is down, once, and the answer says so', async () => {
  const { as, person } = await setup()
  const rental = await aRental(api, person)
  const stop = () => as('post', `/v1/rentals/${rental.id}/stop`)
  const first = await stop().expect(503)
  expect(first.body.detail).toContain('Your stop is recorded')
  const second = await stop().expect(503)
  expect(second.body.data.stopRequestedAt).toBe(first.body.data.stopRequestedAt)
  const events = await api.dataSource.getRepository(RentalEventEntity).findBy({ rentalId: rental.id })
  expect(events).toMatchObject([{ kind: 'stop_requested', data: { by: 'user' } }])
  expect(events[0]!.at.toISOString()).toBe(first.body.data.stopRequestedAt)
})

test('what has ended cannot be stopped, what is stopping answers as it is', async () => {
  const { as, person } = await setup()
  const ended = await aRental(api, person, { phase: 'ended' })
  expect((await as('post', `/v1/rentals/${ended.id}/stop`).expect(409)).body.code).toBe('not_stoppable')
  const stopping = await aRental(api, person, { phase: 'stopping' })
  const answer = await as('post', `/v1/rentals/${stopping.id}/stop`).expect(202)
  expect(answer.body).toMatchObject({ phase: 'stopping', stopRequestedAt: null })
})

test('an extension that nobody answered says to repeat it with the same key; an ended rental says no', async () => {
  const { as, person } = await setup()
  const extend = (id: string) =>
    as('post', `/v1/rentals/${id}/extend`)
      .set('Idempotency-Key', 'extend-key')
      .send({ by: 'seconds', seconds: 600 })
  const live = await aRental(api, person)
  expect((await extend(live.id).expect(503)).body.detail).toContain('same Idempotency-Key')
  const ended = await aRental(api, person, { phase: 'ended' })
  const refused = await extend(ended.id).set('Idempotency-Key', 'another-key').expect(409)
  expect(refused.body.code).toBe('not_extendable')
})

test('renting and extending need an Idempotency-Key', async () => {
  const { as } = await setup()
  const body = {
    offerId: 'x:y',
    image: 'a',
    sshKeyIds: ['key_01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    duration: { kind: 'until_stopped' },
    priceMicrosPerHour: 1,
  }
  for (const key of [undefined, 'short', 'with space in it', 'x'.repeat(129)]) {
    const post = as('post', '/v1/rentals')
    const answer = await (key === undefined ? post : post.set('Idempotency-Key', key)).send(body).expect(400)
    expect(answer.body.errors).toMatchObject([{ pointer: 'Idempotency-Key' }])
  }
})

async function meter(rentalId: string, walletId: string): Promise<void> {
  await api.owner.query(
    `INSERT INTO rental_segments (id, rental_id, wallet_id, strategy, state, price_micros_per_hour, teardown_seconds,
       started_at, charged_seconds, funded_seconds, charged_until, funded_until, charged, held)
     VALUES ($1, $2, $3, 'hold', 'funded', 4200000, 30, '2026-01-01T00:00:00Z', 60, 120, '2026-01-01T00:01:00Z',
       '2026-01-01T00:02:00Z', 70000, 70000)`,
    [`seg_${rentalId}`, rentalId, walletId],
  )
}

async function attempt(rentalId: string): Promise<void> {
  const { key, account, provider, ...rest } = anOffer()
  await api.dataSource.getRepository(LaunchAttemptEntity).insert({
    id: `att_${rentalId}`,
    rentalId,
    attempt: 1,
    marker: `berth-${rentalId}-1`,
    provider,
    account,
    offerKey: key,
    offer: { ...rest, key, upstreamDiskMicrosPerGibHour: 0, launchData: {} },
    priceMicrosPerHour: micros(4_200_000),
  })
  await api.dataSource
    .getRepository(LaunchOutcomeEntity)
    .insert({ attemptId: `att_${rentalId}`, outcome: 'no_capacity', message: 'sold out' })
}

async function setup(login = `user-${randomBytes(4).toString('hex')}`) {
  const person = await signInAs(api, login)
  const as = (method: 'get' | 'post', path: string) =>
    request(api.app)[method](path).set('Cookie', person.cookie)
  const offer = await listOffer(api)
  const sshKeyId = await addSshKey(api, person)
  const rent = (change: object = {}, key = randomBytes(8).toString('hex')) =>
    as('post', '/v1/rentals')
      .set('Idempotency-Key', key)
      .send({
        offerId: offer.id,
        image: 'berth/pytorch:2.5',
        sshKeyIds: [sshKeyId],
        duration: { kind: 'until_stopped' },
        priceMicrosPerHour: offer.priceMicrosPerHour,
        ...change,
      })
  return { person, as, rent }
}
