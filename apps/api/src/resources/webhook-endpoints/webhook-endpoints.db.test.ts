import { randomBytes } from 'node:crypto'
import { NoticeDeliveryEntity } from '@berth/entities/notice-delivery'
import { openSecret } from '@berth/entities/seal-secret'
import { WebhookEndpointEntity } from '@berth/entities/webhook-endpoint'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aTriedEndpoint } from '../../test-support/fixtures.ts'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const URL = 'https://example.com/hooks/berth'

test('an endpoint shows its secret once; the database holds it sealed', async () => {
  const { post, list, row } = await setup()
  const made = await post('', { url: URL, kinds: ['rental_ended'] }).expect(201)
  expect(made.body).toMatchObject({ url: URL, kinds: ['rental_ended'], enabled: true, lastDelivery: null })
  expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const [listed] = await list()
  expect(listed).toMatchObject({ id: made.body.id })
  expect(JSON.stringify(listed)).not.toContain('secret":')
  const { secret } = await row(made.body.id)
  expect(secret).not.toContain('whsec')
  expect(openSecret(secret, { keys: api.config.secretsKeys, label: made.body.id })).toBe(made.body.secret)
})

test('a request sent again makes no second endpoint, and is not told the first one’s secret', async () => {
  const { post, list } = await setup()
  const first = await post('', { url: URL }, 'the-same-intent').expect(201)
  const again = await post('', { url: URL }, 'the-same-intent').expect(201)
  expect(again.body).toEqual({ ...first.body, secret: null })
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(await list()).toHaveLength(1)
  expect((await post('', { url: `${URL}/2` }, 'the-same-intent')).body.code).toBe('idempotency_mismatch')
  await post('', { url: URL }, '').expect(400)
})

test('a request that a crash cut off is told a new secret for the same endpoint', async () => {
  const { post, list, row, person } = await setup()
  const unheard = await post('', { url: URL }, 'cut-off-by-a-crash').expect(201)
  await api.dataSource.query(
    `UPDATE idempotency_keys SET state = 'in_progress', created_at = now() - interval '1 hour' WHERE user_id = $1`,
    [person.user.id],
  )
  const { id, secret } = (await post('', { url: URL }, 'cut-off-by-a-crash').expect(201)).body
  expect(id).toBe(unheard.body.id)
  expect(secret).not.toBe(unheard.body.secret)
  expect(await list()).toHaveLength(1)
  expect(openSecret((await row(id)).secret, { keys: api.config.secretsKeys, label: id })).toBe(secret)
})

test('ten are the most, however many are asked for at once', async () => {
  const { post, list } = await setup()
  const answers = await Promise.all(Array.from({ length: 12 }, () => post('', { url: URL })))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
  expect(answers.find(({ status }) => status !== 201)?.body.code).toBe('limit_reached')
  expect(await list()).toHaveLength(10)
})

test.for([
  'http://example.com/hook',
  'https://10.0.0.8/hook',
  'https://localhost/',
  'https://me:pw@example.com/',
])('%s is refused at the field', async (url) => {
  const { post } = await setup()
  const refused = await post('', { url }).expect(400)
  expect(refused.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/url' }] })
})

test('on a stack of one’s own a local address is taken', async () => {
  const local = await startTestApi({ env: { WEBHOOK_ALLOW_LOCAL: 'true' } })
  const person = await signInAs(local, 'ada')
  const taken = await request(local.app)
    .post('/v1/webhook-endpoints')
    .set({ Cookie: person.cookie, 'Idempotency-Key': 'a-local-one' })
    .send({ url: 'http://127.0.0.1:9000/hook' })
  expect(taken.status).toBe(201)
  await local.close()
})

test('it is changed field by field, switched off, and removed with its secrets', async () => {
  const { post, patch, remove, list, row } = await setup()
  const { id } = (await post('', { url: URL, description: 'build server' })).body
  const off = await patch(id, { enabled: false }).expect(200)
  expect(off.body).toMatchObject({ url: URL, description: 'build server', enabled: false })
  await patch(id, { url: 'http://example.com' }).expect(400)
  await patch(id, {}).expect(400)
  await remove(id).expect(204)
  await remove(id).expect(404)
  expect(await list()).toEqual([])
  expect(await row(id)).toMatchObject({ secret: '', previousSecret: null, enabled: false })
})

test('one that was switched off because it failed says since when, and begins anew when it is switched on', async () => {
  const { post, patch, list } = await setup()
  const { id } = (await post('', { url: URL })).body
  await api.dataSource.query(
    `UPDATE webhook_endpoints SET enabled = false, failing_since = '2026-03-01T12:00Z', switched_off_at = '2026-03-04T12:00Z'
     WHERE id = $1`,
    [id],
  )
  expect(await list()).toMatchObject([
    { enabled: false, failingSince: '2026-03-01T12:00:00.000Z', switchedOffAt: '2026-03-04T12:00:00.000Z' },
  ])
  await patch(id, { description: 'mended' }).expect(200)
  expect(await list()).toMatchObject([{ switchedOffAt: '2026-03-04T12:00:00.000Z' }])
  const on = await patch(id, { enabled: true }).expect(200)
  expect(on.body).toMatchObject({ enabled: true, failingSince: null, switchedOffAt: null })
})

test('rotating keeps the old secret alive for a while, or ends it at once', async () => {
  const { post, row } = await setup()
  const made = (await post('', { url: URL })).body
  const open = (sealed: string | null) =>
    openSecret(sealed ?? '', { keys: api.config.secretsKeys, label: made.id })
  const rotated = (await post(`/${made.id}/rotate-secret`, {}).expect(200)).body
  expect(rotated.secret).not.toBe(made.secret)
  const hours = (Date.parse(rotated.previousSecretExpiresAt) - Date.now()) / 3_600_000
  expect(hours).toBeGreaterThan(23)
  const both = await row(made.id)
  expect([open(both.secret), open(both.previousSecret)]).toEqual([rotated.secret, made.secret])
  const ended = (await post(`/${made.id}/rotate-secret`, { overlapHours: 0 }).expect(200)).body
  expect(ended.previousSecretExpiresAt).toBeNull()
  expect(await row(made.id)).toMatchObject({ previousSecret: null })
})

test('a test is one pending delivery that stands in the log', async () => {
  const { person, get } = await setup()
  const { endpointId, deliveryId } = await aTriedEndpoint(api, person)
  const log = await get(`/${endpointId}/deliveries`).expect(200)
  expect(log.body.items).toMatchObject([
    { id: deliveryId, endpointId, kind: 'webhook_test', status: 'pending', attempts: [] },
  ])
  expect(log.body.items[0].nextAttemptAt).not.toBeNull()
})

test('a finished delivery is due again at once when it is asked for', async () => {
  const { person } = await setup()
  const { deliveryId } = await aTriedEndpoint(api, person)
  const deliveries = api.dataSource.getRepository(NoticeDeliveryEntity)
  await deliveries.update({ id: deliveryId }, { status: 'failed', tries: 9, finishedAt: new Date() })
  const again = await request(api.app)
    .post(`/v1/webhook-deliveries/${deliveryId}/redeliver`)
    .set('Cookie', person.cookie)
    .expect(202)
  expect(again.body).toMatchObject({ id: deliveryId, status: 'pending' })
  expect(await deliveries.findOneByOrFail({ id: deliveryId })).toMatchObject({ tries: 0, finishedAt: null })
})

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const as = (method: 'get' | 'post' | 'patch' | 'delete', path: string) =>
    request(api.app)[method](`/v1/webhook-endpoints${path}`).set('Cookie', person.cookie)
  return {
    person,
    get: (path: string) => as('get', path),
    post: (path: string, body: object, intent = randomBytes(16).toString('hex')) =>
      as('post', path).set('Idempotency-Key', intent).send(body),
    patch: (id: string, body: object) => as('patch', `/${id}`).send(body),
    remove: (id: string) => as('delete', `/${id}`),
    list: async () => (await as('get', '').expect(200)).body.items,
    row: (id: string) => api.dataSource.getRepository(WebhookEndpointEntity).findOneByOrFail({ id }),
  }
}
