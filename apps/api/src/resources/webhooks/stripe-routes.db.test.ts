import { createHmac, randomBytes } from 'node:crypto'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

const PATH = '/v1/billing/stripe/webhook'
let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('an event is kept once, and 503 makes Stripe repeat it while Temporal is down', async () => {
  const event = anEvent()
  for (const secret of ['whsec_new', 'whsec_old', 'whsec_new']) {
    const answer = await deliver(event, { secret }).expect(503)
    expect(answer.body.code).toBe('orchestrator_unavailable')
  }
  const rows = await kept(event.id)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({
    source: 'stripe',
    type: 'checkout.session.completed',
    livemode: false,
    payload: event,
  })
})

test('nothing unsigned, forged, altered or older than five minutes is kept', async () => {
  const event = anEvent()
  const refused = [
    deliver(event, { secret: 'whsec_guess' }),
    deliver(event, { at: Date.now() - 301_000 }),
    deliver(event, { altered: true }),
    request(api.app).post(PATH).send(event),
    request(api.app).post(PATH).set('Stripe-Signature', 't=1,v1=00'),
  ]
  for (const answer of await Promise.all(refused)) {
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('signature_invalid')
  }
  expect(await kept(event.id)).toHaveLength(0)
})

test('a live event where only test events are ours is taken off Stripe’s hands and ignored', async () => {
  const event = anEvent({ livemode: true })
  const answer = await deliver(event).expect(200)
  expect(answer.body).toEqual({ received: true, ignored: 'livemode' })
  expect(await kept(event.id)).toHaveLength(0)
})

test('a signed body that is no JSON is refused, and one beyond a megabyte is not read', async () => {
  expect((await sign('not json', {}).expect(400)).body.code).toBe('invalid_request')
  expect((await sign('x'.repeat(1_100_000), {}).expect(413)).body.code).toBe('payload_too_large')
})

const anEvent = (changes: object = {}) => ({
  id: `evt_${randomBytes(8).toString('hex')}`,
  object: 'event',
  type: 'checkout.session.completed',
  livemode: false,
  data: { object: { id: 'cs_1' } },
  ...changes,
})

interface Signing {
  secret?: string
  at?: number
  altered?: boolean
}

const deliver = (event: object, signing: Signing = {}) => sign(JSON.stringify(event), signing)

/** As Stripe signs: HMAC-SHA256 over time and bytes. Also from "another site": Stripe is no page of ours. */
function sign(body: string, { secret = 'whsec_new', at = Date.now(), altered = false }: Signing) {
  const time = Math.floor(at / 1000)
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  return request(api.app)
    .post(PATH)
    .set('Content-Type', 'application/json; charset=utf-8')
    .set('Origin', 'https://stripe.com')
    .set('Stripe-Signature', `t=${time},v1=${signature}`)
    .send(altered ? body.replace('cs_1', 'cs_2') : body)
}

const kept = async (id: string): Promise<object[]> =>
  api.dataSource.query('SELECT * FROM webhook_events WHERE id = $1', [id])
