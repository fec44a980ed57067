import type { Endpoint } from '@berth/contract/endpoint'
import { endpoints } from '@berth/contract/endpoints'
import type { operatorRentalPageSchema } from '@berth/contract/schemas/operator'
import type { z } from 'zod'
import { newId } from '@berth/contract/ids'
import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import { LaunchOutcomeEntity } from '@berth/entities/launch-outcome'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import type { Rental } from '@berth/entities/rental'
import { RentalEventEntity } from '@berth/entities/rental-event'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendToLedger } from '../../test-support/append-to-ledger.ts'
import { anOffer, aRental, fund, listOffer } from '../../test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

const logged: Record<string, unknown>[] = []
let api: TestApi
let operator: TestPerson
beforeAll(async () => {
  api = await startTestApi({ logTo: (line) => logged.push(JSON.parse(line)) })
  operator = await signInAs(api, 'operator-ada')
})
afterAll(() => api.close())

type OperatorRentalPage = z.infer<typeof operatorRentalPageSchema>

const BODIES: Record<string, object> = {
  forceEnd: { reason: 'a good reason' },
  switchProvider: { status: 'off', reason: 'a good reason' },
}
const OPERATIONS = Object.entries(endpoints.operator) as [string, Endpoint][]

test.for(OPERATIONS)(
  'to everybody but operators, %s is no different from what was never there',
  async ([name, endpoint]) => {
    const { person, rental } = await setup()
    const path = endpoint.path.replace(':id', rental.id).replace(':account', 'acme')
    const verb = endpoint.method.toLowerCase() as 'get' | 'post' | 'put'
    for (const cookie of [person.cookie, 'sid=nobody']) {
      const call = (to: string) => request(api.app)[verb](to).set('Cookie', cookie).send(BODIES[name])
      const [answer, nowhere] = [await call(path), await call('/v1/nowhere')]
      expect([answer.status, withoutTraces(answer.body, path)]).toEqual([
        404,
        withoutTraces(nowhere.body, '/v1/nowhere'),
      ])
    }
    const wrong = await request(api.app)[verb](path).set('Cookie', person.cookie).send({ nonsense: true })
    expect(wrong.status).toBe(404)
    expect(await api.dataSource.getRepository(ProviderAccountEntity).findOneBy({ id: 'acme' })).toMatchObject(
      {
        status: 'on',
      },
    )
  },
)

test('who is taken off the list of operators is none any more, although the session goes on', async () => {
  const { as } = await setup()
  const retired = await signInAs(api, 'was-operator')
  await api.owner.query('UPDATE users SET is_operator = true WHERE id = $1', [retired.user.id])
  await as('get', '/v1/operator/rentals', retired).expect(404)
  const me = await as('get', '/v1/auth/me', retired).expect(200)
  expect(me.body.isOperator).toBe(false)
})

test('what is stuck says whose it is, what it waits for, since when and in whose words', async () => {
  const { as, person, rental, tell } = await setup({ phase: 'stopping', health: 'stuck', podId: 'pod-7' })
  await tell(rental, 'stopping', '12:00:00')
  const awaited = { kind: 'pod_destruction', provider: 'Acme' }
  await tell(rental, 'stuck', '12:05:00', {
    waitingFor: 'Acme to destroy the pod',
    awaited,
    words: 'HTTP 500',
  })
  await tell(rental, 'teardown_delayed', '12:06:00', { words: 'maintenance until noon' })
  const { body } = await as('get', `/v1/operator/rentals?handle=${person.user.handle.toUpperCase()}`).expect(
    200,
  )
  expect(body.items).toEqual([
    expect.objectContaining({
      id: rental.id,
      owner: { id: person.user.id, handle: person.user.handle },
      phase: 'stopping',
      health: 'stuck',
      podId: 'pod-7',
      phaseSince: '2026-01-01T12:00:00.000Z',
      trouble: {
        kind: 'stuck',
        since: '2026-01-01T12:05:00.000Z',
        waitingFor: 'Acme to destroy the pod',
        awaited,
        words: 'maintenance until noon',
      },
      temporalUrl: `http://temporal.test/namespaces/default/workflows/rental%2F${rental.id}`,
    }),
  ])
  expect(body.counts.stuck).toBeGreaterThanOrEqual(1)
})

test('trouble ends with the word that the rental goes on, and with the rental', async () => {
  const { as, person, rental, tell } = await setup({ phase: 'launching' })
  await tell(rental, 'attempt_failed', '12:00:00', { attempt: 1, outcome: 'no_capacity', words: 'none left' })
  const only = async () =>
    (await as('get', `/v1/operator/rentals?state=all&handle=${person.user.handle}`).expect(200)).body.items[0]
  expect((await only()).trouble).toMatchObject({
    kind: 'attempt_failed',
    waitingFor: null,
    words: 'none left',
  })
  await tell(rental, 'running', '12:01:00')
  expect((await only()).trouble).toBeNull()
  await tell(rental, 'stuck', '12:02:00', { waitingFor: 'Acme', words: null })
  expect((await only()).trouble).toMatchObject({
    kind: 'stuck',
    waitingFor: 'Acme',
    awaited: null,
    words: null,
  })
  await api.dataSource.query(`UPDATE rentals SET phase = 'ended', end_reason = 'failed' WHERE id = $1`, [
    rental.id,
  ])
  expect(await only()).toMatchObject({ phase: 'ended', endReason: 'failed', trouble: null })
})

test('stuck ones come first, then the newest trouble, then the newest; page by page none is lost', async () => {
  const { as, person, tell } = await setup({ phase: 'ended' })
  const at = (time: string) => ({ requestedAt: new Date(`2026-01-01T${time}Z`) })
  const calm = [await make(at('08:00:00')), await make(at('09:00:00'))]
  const failing = [await make(at('10:00:00')), await make(at('10:00:00'))]
  const stuck = [await make({ health: 'stuck' }), await make({ health: 'stuck' })]
  for (const [i, time] of ['11:00:00', '11:30:00'].entries()) {
    await tell(failing[i]!, 'attempt_waiting', time, {
      attempt: 1,
      reason: 'rate_limited',
      words: 'slow down',
    })
    await tell(stuck[i]!, 'stuck', time, { waitingFor: 'Acme', words: null })
  }
  const order = [stuck[1], stuck[0], failing[1], failing[0], calm[1], calm[0]].map((rental) => rental!.id)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const path: string = `/v1/operator/rentals?state=live&pageSize=2&handle=${person.user.handle}${cursor}`
    const { body }: { body: OperatorRentalPage } = await as('get', path).expect(200)
    seen.push(...body.items.map(({ id }) => id))
    cursor = body.nextCursor === null ? null : `&cursor=${body.nextCursor}`
  }
  expect(seen).toEqual(order)
  await as('get', '/v1/operator/rentals?cursor=1.2.3').expect(400)

  function make(changes: Partial<Rental>) {
    return aRental(api, person, changes)
  }
})

test('filters narrow the list by state, phase, health and provider', async () => {
  const { as, person } = await setup({ phase: 'running' })
  const launching = await aRental(api, person, { phase: 'launching', health: 'waiting' })
  const elsewhere = await aRental(api, person, { provider: 'other', account: 'other-2' })
  const ended = await aRental(api, person, { phase: 'ended' })
  const ids = async (query: string) => {
    const { body } = await as('get', `/v1/operator/rentals?handle=${person.user.handle}&${query}`).expect(200)
    return body.items.map(({ id }: { id: string }) => id)
  }
  expect(await ids('')).toEqual([])
  expect(await ids('state=live')).toHaveLength(3)
  expect(await ids('state=live&phase=launching')).toEqual([launching.id])
  expect(await ids('state=live&health=waiting')).toEqual([launching.id])
  expect(await ids('state=live&provider=other')).toEqual([elsewhere.id])
  expect(await ids('state=live&provider=other-2')).toEqual([elsewhere.id])
  expect(await ids('state=all&phase=ended')).toEqual([ended.id])
})

test('the same list stands in Temporal Web, by the attributes it knows', async () => {
  const { as, person } = await setup()
  const query = async (filters: string) => {
    const { body } = await as('get', `/v1/operator/rentals?${filters}`).expect(200)
    return body.temporalUrl && new URL(body.temporalUrl).searchParams.get('query')
  }
  expect(await query('')).toBe(
    'WorkflowType = "rental" AND ExecutionStatus = "Running" AND RentalHealth = "stuck"',
  )
  expect(await query(`state=all&phase=running&provider=acme&handle=${person.user.handle}`)).toBe(
    `WorkflowType = "rental" AND RentalPhase = "running" AND Provider = "Acme Cloud" AND RentalUser = "${person.user.id}"`,
  )
  expect(await query('handle=nobody-of-this-name')).toBeNull()
})

test('an order that Temporal does not take is told as such, one for what has ended as too late', async () => {
  const { as, rental } = await setup()
  const unheard = await as('post', `/v1/operator/rentals/${rental.id}/retry`).expect(503)
  expect(unheard.body.code).toBe('orchestrator_unavailable')
  await as('post', `/v1/operator/rentals/${newId('rental')}/retry`).expect(404)
  await api.dataSource.query(`UPDATE rentals SET phase = 'ended' WHERE id = $1`, [rental.id])
  const late = await as('post', `/v1/operator/rentals/${rental.id}/force-end`).send({ reason: 'too late' })
  expect([late.status, late.body.code]).toEqual([409, 'not_stoppable'])
  const unexplained = await as('post', `/v1/operator/rentals/${rental.id}/force-end`).send({ reason: ' ' })
  expect(unexplained.status).toBe(400)
})

test('a switch takes effect in the market at once, everybody hears of it, and the log says who did it', async () => {
  const { as, person } = await setup()
  const offer = await listOffer(api, { id: 'switchy:1', key: '1', account: 'switchy', provider: 'switchy' })
  const heard: unknown[] = []
  api.notifications.subscribe((news) => heard.push(news))
  const onSale = async () =>
    (await as('get', '/v1/catalog/listings?provider=switchy', person).expect(200)).body.items.length
  const rent = () =>
    as('post', '/v1/rentals/preview', person).send({ offerId: offer.id, duration: { kind: 'until_stopped' } })
  expect(await onSale()).toBe(1)
  const reason = 'pods do not boot'
  const closed = await as('put', '/v1/operator/providers/switchy')
    .send({ status: 'drain', reason })
    .expect(200)
  expect(closed.body).toMatchObject({ account: 'switchy', status: 'drain', reason, offers: 1 })
  expect(await onSale()).toBe(0)
  expect((await rent().expect(409)).body).toMatchObject({
    code: 'offer_gone',
    detail: 'Acme Cloud takes no new pods: pods do not boot. Choose another one; nothing was charged.',
    data: {
      providerName: 'Acme Cloud',
      reason,
      gpu: offer.gpu.key,
      alternatives: `/v1/catalog/listings?gpu=${offer.gpu.key}`,
    },
  })
  const opened = (id: string) => as('get', `/v1/catalog/listings/${encodeURIComponent(id)}`, person)
  expect((await opened(offer.id).expect(409)).body).toMatchObject({
    code: 'offer_gone',
    data: { providerName: 'Acme Cloud', reason, gpu: offer.gpu.key },
  })
  expect((await opened('nobody:1').expect(404)).body.code).toBe('not_found')
  await expect.poll(() => heard).toContainEqual({ channel: 'offers', account: 'switchy' })
  expect(logged).toContainEqual(
    expect.objectContaining({
      msg: 'operator switches a provider',
      operator: 'operator-ada',
      operatorId: operator.user.id,
      account: 'switchy',
      status: 'drain',
      reason,
    }),
  )
  const back = await as('put', '/v1/operator/providers/switchy').send({ status: 'on' }).expect(200)
  expect(back.body).toMatchObject({ status: 'on', reason: null })
  expect(await onSale()).toBe(1)
  await rent().expect(200)
})

test('a provider is closed only with a reason, and only one that there is', async () => {
  const { as } = await setup()
  const unexplained = await as('put', '/v1/operator/providers/acme').send({ status: 'off' }).expect(400)
  expect(unexplained.body.errors).toMatchObject([{ pointer: expect.stringContaining('reason') }])
  await as('put', '/v1/operator/providers/nobody').send({ status: 'on' }).expect(404)
})

test('a provider is told with its last error, its live pods and how launches went today', async () => {
  const { as, person } = await setup()
  const [account, provider] = ['busy', 'busy']
  await listOffer(api, { id: 'busy:1', key: '1', account, provider })
  await listOffer(api, { id: 'busy:2', key: '2', account, provider }, { refreshedAt: new Date(0) })
  await api.dataSource.getRepository(ProviderAccountEntity).update(account, {
    lastError: 'HTTP 503: upgrading',
    lastErrorAt: new Date('2026-01-01T12:00:00Z'),
    latencyMs: 321,
  })
  const rental = await aRental(api, person, { account, provider, podId: 'pod-1' })
  await aRental(api, person, { account, provider, phase: 'ended', podId: 'pod-2' })
  for (const outcome of ['ready', 'no_capacity', 'cancelled'] as const) await attempt(rental, outcome)
  await attempt(rental, 'failed', new Date(Date.now() - 25 * 3_600_000))
  const { body } = await as('get', '/v1/operator/providers').expect(200)
  expect(body.items.find((item: { account: string }) => item.account === account)).toEqual({
    account,
    provider,
    displayName: 'Acme Cloud',
    status: 'on',
    reason: null,
    lastSuccessAt: null,
    lastError: 'HTTP 503: upgrading',
    lastErrorAt: '2026-01-01T12:00:00.000Z',
    latencyMs: 321,
    offers: 1,
    livePods: 1,
    launches: { finished: 2, ready: 1 },
  })
})

test('the books add up to what the ledger says: charges, returns, overrun, cost, debt', async () => {
  const { as, person, rental } = await setup()
  const books = async () => (await as('get', '/v1/operator/books').expect(200)).body
  expect((await books()).totals).toMatchObject({ chargedMicros: 0, marginMicros: 0, writeOffMicros: 0 })
  await fund(api, person, 10_000_000)
  await appendToLedger(api, rental, 'charge', { available: -2_100_000, revenue: 2_100_000 })
  await appendToLedger(api, rental, 'charge_reversal', { available: 100_000, revenue: -100_000 })
  await appendToLedger(api, rental, 'overrun', { revenue: 50_000, write_off: -50_000 })
  await appendToLedger(api, rental, 'upstream_cost', {
    upstream_cost: -1_700_000,
    upstream_payable: 1_700_000,
  })
  await api.dataSource.query(`SELECT billing_post($1, 'refund', 9000000, 'back', '', 'test', NULL, NULL)`, [
    person.walletId,
  ])
  const { totals, providers } = await books()
  const takings = {
    chargedMicros: 2_000_000,
    upstreamCostMicros: 1_700_000,
    marginMicros: 300_000,
    writeOffMicros: 50_000,
  }
  expect(totals).toEqual({ ...takings, receivablesMicros: 1_000_000, walletsMicros: 0 })
  expect(providers).toEqual([{ account: 'acme', displayName: 'Acme Cloud', rentals: 1, ...takings }])
})

function withoutTraces(body: Record<string, unknown>, path: string): string {
  const { requestId: _, ...rest } = body
  return JSON.stringify(rest).replaceAll(path, 'PATH')
}

let attempts = 0
async function attempt(
  rental: Rental,
  outcome: 'ready' | 'no_capacity' | 'cancelled' | 'failed',
  at = new Date(),
) {
  attempts += 1
  const id = newId('attempt')
  const { key: offerKey, ...offer } = anOffer()
  await api.dataSource.getRepository(LaunchAttemptEntity).insert({
    id,
    rentalId: rental.id,
    attempt: attempts,
    marker: id,
    provider: rental.provider,
    account: rental.account,
    offerKey,
    offer: offer as never,
    priceMicrosPerHour: rental.priceMicrosPerHour,
    startedAt: at,
  })
  await api.dataSource.getRepository(LaunchOutcomeEntity).insert({ attemptId: id, outcome })
}

let people = 0
async function setup(changes: Partial<Rental> = {}) {
  people += 1
  const person = await signInAs(api, `Renter-${people}`)
  await listOffer(api)
  const rental = await aRental(api, person, changes)
  return {
    person,
    rental,
    as: (verb: 'get' | 'post' | 'put', path: string, who: TestPerson = operator) =>
      request(api.app)[verb](path).set('Cookie', who.cookie),
    tell: ({ id, userId }: Rental, kind: string, time: string, data: Record<string, unknown> = {}) =>
      api.dataSource
        .getRepository(RentalEventEntity)
        .insert({ rentalId: id, userId, kind, data: data as never, at: new Date(`2026-01-01T${time}Z`) }),
  }
}
