import { randomBytes } from 'node:crypto'
import { RentalEventEntity } from '@berth/entities/rental-event'
import { RentalEntity } from '@berth/entities/rental'
import { WebhookEventEntity } from '@berth/entities/webhook-event'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import request from 'supertest'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDevServerEnvironment } from '../../../../../tests/support/temporal.ts'
import { addSshKey, aRental, fund, listOffer } from '../../test-support/fixtures.ts'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let temporal: TestWorkflowEnvironment
let api: TestApi
beforeAll(async () => {
  temporal = await createDevServerEnvironment()
  api = await startTestApi({ temporal: temporal.client })
})
afterAll(async () => {
  await api.close()
  await temporal.teardown()
})

test('renting writes the rental, starts its workflow and tells operators what it is', async () => {
  const { rent, person } = await setup()
  const answer = await rent().expect(201)
  expect(answer.body).toMatchObject({
    phase: 'reserving',
    name: '2x H100 on Acme Cloud',
    offerId: 'acme:h100-1',
    providerName: 'Acme Cloud',
    diskGib: 40,
    attempts: [],
    meter: { priceMicrosPerHour: 4_200_000, chargedMicros: 0 },
  })
  const rental = await api.dataSource.getRepository(RentalEntity).findOneByOrFail({ id: answer.body.id })
  expect(rental).toMatchObject({ userId: person.user.id, workflowClaimedAt: null, failover: false })
  expect(rental.sshPublicKeys).toEqual([expect.stringMatching(/^ssh-ed25519 /)])
  const description = await describe(answer.body.id)
  expect(description).toMatchObject({ type: 'rental', taskQueue: 'berth', status: { name: 'RUNNING' } })
  expect(description.memo).toMatchObject({
    summary: `2x H100 on Acme Cloud US-KS-2 for ${person.user.handle}`,
  })
  expect(await description.staticSummary()).toBe(`2x H100 on Acme Cloud US-KS-2 for ${person.user.handle}`)
  expect(description.searchAttributes).toMatchObject({
    RentalPhase: ['reserving'],
    RentalHealth: ['ok'],
    Provider: ['acme'],
    GpuModel: ['H100'],
    RentalUser: [person.user.id],
  })
  const history = JSON.stringify(await handleOf(answer.body.id).fetchHistory())
  expect(history).not.toContain('ssh-ed25519')
})

test('what was wished stands in the row', async () => {
  const { rent } = await setup()
  const { body } = await rent({
    name: 'training',
    diskGib: 140,
    duration: { kind: 'for', seconds: 3_600 },
    priceMicrosPerHour: 5_000_000,
    failover: { maxPriceMicrosPerHour: 6_000_000 },
  }).expect(201)
  expect(await api.dataSource.getRepository(RentalEntity).findOneByOrFail({ id: body.id })).toMatchObject({
    name: 'training',
    diskGib: 140,
    durationSeconds: 3_600,
    spendLimitMicros: null,
    // The market's price with a hundred GiB more than included, not the higher one the caller would have paid.
    priceMicrosPerHour: 4_210_000n,
    failover: true,
    maxPriceMicrosPerHour: 6_000_000n,
  })
})

test('a double click is one rental with one answer', async () => {
  const { rent, person } = await setup()
  const answers = await Promise.all(Array.from({ length: 6 }, () => rent({}, 'double-click')))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(await api.dataSource.getRepository(RentalEntity).countBy({ userId: person.user.id })).toBe(1)
  const replayed = await rent({}, 'double-click').expect(201)
  expect(replayed.headers['idempotency-replayed']).toBe('true')
  expect((await rent({ name: 'other' }, 'double-click').expect(422)).body.code).toBe('idempotency_mismatch')
})

test('a repeat after a crash between row and start continues the same rental', async () => {
  const { rent, person } = await setup()
  const first = await rent({}, 'crashed-once').expect(201)
  await handleOf(first.body.id).terminate('as if it had never been started')
  await api.dataSource.query(
    `UPDATE idempotency_keys SET state = 'in_progress', created_at = now() - interval '2 minutes' WHERE user_id = $1`,
    [person.user.id],
  )
  const again = await rent({}, 'crashed-once').expect(201)
  expect(again.body.id).toBe(first.body.id)
  const events = await api.dataSource.getRepository(RentalEventEntity).findBy({ rentalId: first.body.id })
  expect(events.map(({ kind }) => kind)).toEqual(['requested'])
})

test('a stop reaches the workflow while no worker runs, with the recorded instant, again when repeated', async () => {
  const { rent, stop } = await setup()
  const { id } = (await rent().expect(201)).body
  const answer = await stop(id).expect(202)
  const again = await stop(id).expect(202)
  expect(again.body.stopRequestedAt).toBe(answer.body.stopRequestedAt)
  const signals = await signalsOf(id)
  expect(signals).toEqual(
    [1, 2].map(() => ({ name: 'stop', input: { requestedAt: answer.body.stopRequestedAt, by: 'user' } })),
  )
  const events = await api.dataSource.getRepository(RentalEventEntity).findBy({ rentalId: id })
  expect(events.map(({ kind }) => kind)).toEqual(['requested', 'stop_requested'])
})

test('a stop of a rental that a crash left without a workflow starts it with the stop in hand', async () => {
  const { person, stop } = await setup()
  const rental = await aRental(api, person, { phase: 'reserving' })
  await stop(rental.id).expect(202)
  expect(await signalsOf(rental.id)).toMatchObject([{ name: 'stop' }])
})

test('a stop of a rental whose workflow is over is taken as told', async () => {
  const { rent, stop } = await setup()
  const { id } = (await rent().expect(201)).body
  await handleOf(id).terminate('over')
  expect((await stop(id)).status).toBe(202)
})

test('an extension of a workflow that is over is refused in words', async () => {
  const { person } = await setup()
  const rental = await aRental(api, person)
  const answer = await request(api.app)
    .post(`/v1/rentals/${rental.id}/extend`)
    .set({ Cookie: person.cookie, 'Idempotency-Key': 'extend-this' })
    .send({ by: 'until_stopped' })
  expect(answer.status).toBe(409)
  expect(answer.body).toMatchObject({ code: 'not_extendable', detail: 'The rental has ended.' })
})

test('a signed Stripe event starts the workflow of its name once, however often it comes', async () => {
  const event = {
    id: `evt_${randomBytes(6).toString('hex')}`,
    object: 'event',
    type: 'charge.refunded',
    livemode: false,
  }
  const payload = JSON.stringify(event)
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: 'whsec_old' })
  const deliver = () =>
    request(api.app)
      .post('/v1/billing/stripe/webhook')
      .set({ 'Stripe-Signature': header, 'Content-Type': 'application/json' })
      .send(payload)
  const answers = [await deliver(), ...(await Promise.all([deliver(), deliver()]))]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const handle = temporal.client.workflow.getHandle(`stripe-event/${event.id}`)
  expect(await handle.describe()).toMatchObject({ type: 'stripeEvent', status: { name: 'RUNNING' } })
  await handle.terminate('done')
  expect((await deliver()).status).toBe(200)
  expect(await api.dataSource.getRepository(WebhookEventEntity).countBy({ id: event.id })).toBe(1)
})

test('with everything up the API is ready', async () => {
  const answer = await request(api.app).get('/v1/ready').expect(200)
  expect(answer.body).toEqual({ status: 'ready', checks: { database: 'up', temporal: 'up' } })
})

const handleOf = (rentalId: string) => temporal.client.workflow.getHandle(`rental/${rentalId}`)
const describe = (rentalId: string) => handleOf(rentalId).describe()

async function signalsOf(rentalId: string): Promise<{ name: string; input: unknown }[]> {
  const { events } = await handleOf(rentalId).fetchHistory()
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const data = signal?.input?.payloads?.[0]?.data
    return signal && data
      ? [{ name: signal.signalName ?? '', input: JSON.parse(Buffer.from(data).toString()) }]
      : []
  })
}

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  await fund(api, person, 50_000_000)
  const offer = await listOffer(api)
  const sshKeyId = await addSshKey(api, person)
  const post = (path: string) => request(api.app).post(path).set('Cookie', person.cookie)
  return {
    person,
    stop: (id: string) => post(`/v1/rentals/${id}/stop`),
    rent: (change: object = {}, key = randomBytes(8).toString('hex')) =>
      post('/v1/rentals')
        .set('Idempotency-Key', key)
        .send({
          offerId: offer.id,
          image: 'berth/pytorch:2.5',
          sshKeyIds: [sshKeyId],
          duration: { kind: 'until_stopped' },
          priceMicrosPerHour: offer.priceMicrosPerHour,
          ...change,
        }),
  }
}
