import { randomBytes } from 'node:crypto'
import { ApiKeyEntity } from '@berth/entities/api-key'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

const DAY_MS = 86_400_000

let api: TestApi
const logged: string[] = []
beforeAll(async () => {
  api = await startTestApi({ logTo: (line) => logged.push(line) })
})
afterAll(() => api.close())

test('a key is told once, listed by how it begins, and kept nowhere in plain text', async () => {
  const { create, list } = await setup()
  const { body } = await create({ name: ' ci ', expiresInDays: 30 }).expect(201)
  expect(body.secret).toMatch(/^berth_[0-9a-z]{40}$/)
  const { secret, ...key } = body
  expect(key).toMatchObject({ name: 'ci', scope: 'full', prefix: secret.slice(0, 14), lastUsedAt: null })
  expect(Date.parse(key.expiresAt) - Date.parse(key.createdAt)).toBe(30 * DAY_MS)
  expect(await list()).toEqual([key])
  const rows = await api.owner.query(
    `SELECT row_to_json(k)::text AS row FROM api_keys k UNION ALL SELECT row_to_json(i)::text FROM idempotency_keys i`,
  )
  expect(rows.rows.length).toBeGreaterThan(1)
  expect(JSON.stringify(rows.rows) + logged.join('')).not.toContain(secret.slice(14))
})

test('its owner is told of it in the same breath: which key, from where, and by e-mail whatever was chosen', async () => {
  const { create, person } = await setup()
  await api.dataSource.query(`UPDATE users SET email = 'ada@example.com' WHERE id = $1`, [person.user.id])
  const { body } = await create({ name: 'ci' }, 'told-once').expect(201)
  await create({ name: 'ci' }, 'told-once').expect(201)
  const { items } = (await request(api.app).get('/v1/notices').set('Cookie', person.cookie).expect(200)).body
  expect(items).toMatchObject([
    {
      kind: 'api_key_created',
      title: 'A new API key: ci',
      data: { name: 'ci', prefix: body.prefix, scope: 'full', network: '127.0.0.*' },
    },
  ])
  expect(JSON.stringify(items)).not.toContain(body.secret.slice(14))
  const planned = await api.dataSource.query(
    `SELECT channel, status FROM notice_deliveries WHERE notice_id = $1`,
    [items[0].id],
  )
  expect(planned).toEqual([{ channel: 'email', status: 'pending' }])
  const choice = { choices: [{ kind: 'api_key_created', dashboard: true, email: false }] }
  await request(api.app).put('/v1/notices/preferences').set('Cookie', person.cookie).send(choice).expect(400)
})

test('a request sent again makes no second key, and is not told the first one’s secret', async () => {
  const { create, list } = await setup()
  const first = await create({}, 'the-same-intent').expect(201)
  const again = await create({}, 'the-same-intent').expect(201)
  expect(again.body).toEqual({ ...first.body, secret: null })
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(await list()).toHaveLength(1)
  await create({}, '').expect(400)
})

test('a request that a crash cut off is told a new secret for the same key, and the unheard one is worth nothing', async () => {
  const { create, list, me, person } = await setup()
  const unheard = await create({}, 'cut-off-by-a-crash').expect(201)
  await api.dataSource.query(
    `UPDATE idempotency_keys SET state = 'in_progress', created_at = now() - interval '1 hour' WHERE user_id = $1`,
    [person.user.id],
  )
  const heard = await create({}, 'cut-off-by-a-crash').expect(201)
  expect(heard.body.id).toBe(unheard.body.id)
  expect(await list()).toHaveLength(1)
  await me(unheard.body.secret).expect(401)
  await me(heard.body.secret).expect(200)
})

test('a revoked key is off the list and worth nothing at once; its row stays', async () => {
  const { create, list, revoke, me } = await setup()
  const { id, secret } = (await create().expect(201)).body
  await me(secret).expect(200)
  await revoke(id).expect(204)
  expect((await me(secret).expect(401)).body.detail).toContain('was revoked')
  expect(await list()).toEqual([])
  await revoke(id).expect(404)
  expect(await api.dataSource.getRepository(ApiKeyEntity).existsBy({ id })).toBe(true)
})

test('a person has twenty-five keys at most, however many are asked for at once', async () => {
  const { create, revoke } = await setup()
  const answers = await Promise.all(Array.from({ length: 28 }, () => create()))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(25)
  const refused = answers.find(({ status }) => status !== 201)
  expect(refused?.body).toMatchObject({
    code: 'limit_reached',
    detail: expect.stringContaining('Revoke one'),
  })
  await revoke(answers.find(({ status }) => status === 201)?.body.id).expect(204)
  await create().expect(201)
})

test('a wish that is not right is refused at its field', async () => {
  const { create } = await setup()
  const pointers = async (wish: object) =>
    (await create(wish).expect(400)).body.errors.map(({ pointer }: { pointer: string }) => pointer)
  expect(await pointers({ name: '  ' })).toEqual(['/name'])
  expect(await pointers({ scope: 'operator' })).toEqual(['/scope'])
  expect(await pointers({ expiresInDays: 366 })).toEqual(['/expiresInDays'])
})

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const as = (method: 'get' | 'post' | 'delete', path: string) =>
    request(api.app)[method](path).set('Cookie', person.cookie)
  return {
    person,
    create: (wish: object = {}, intent = randomBytes(16).toString('hex')) =>
      as('post', '/v1/api-keys')
        .set('Idempotency-Key', intent)
        .send({ name: 'ci', scope: 'full', expiresInDays: null, ...wish }),
    list: async (): Promise<{ id: string }[]> => (await as('get', '/v1/api-keys').expect(200)).body.items,
    revoke: (id: string) => as('delete', `/v1/api-keys/${id}`),
    me: (secret: string) => request(api.app).get('/v1/auth/me').set('Authorization', `Bearer ${secret}`),
  }
}
