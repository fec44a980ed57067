import { randomBytes } from 'node:crypto'
import { type ApiKeyScope, scopeNeeded } from '@berth/contract/api-keys'
import type { Endpoint } from '@berth/contract/endpoint'
import { endpoints } from '@berth/contract/endpoints'
import { newId } from '@berth/contract/ids'
import { ApiKeyEntity } from '@berth/entities/api-key'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anApiKey } from '../test-support/fixtures.ts'
import { signInAs } from '../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'
import { newApiKeySecret } from './api-key-secret.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const me = (headers: Record<string, string>) => request(api.app).get('/v1/auth/me').set(headers)
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

test('a key stands for its owner, without a cookie and from any site', async () => {
  const { person, key } = await setup('full')
  expect((await me(key.bearer).expect(200)).body).toMatchObject({ id: person.user.id })
  const foreign = { Origin: 'https://ci.example', 'Sec-Fetch-Site': 'cross-site' }
  await request(api.app)
    .post('/v1/notices/read')
    .set({ ...key.bearer, ...foreign })
    .send({ upTo: newId('notice') })
    .expect(200)
})

test('a key that is not good is refused in words that say what to do, and a cookie beside it does not help', async () => {
  const { person, key } = await setup('full')
  const altered = `${key.secret.slice(0, -1)}${key.secret.endsWith('0') ? '1' : '0'}`
  for (const token of ['rubbish', newApiKeySecret().secret, altered, key.secret.slice(0, -1)]) {
    const answer = await me({ ...bearer(token), Cookie: person.cookie }).expect(401)
    expect(answer.body).toMatchObject({ code: 'api_key_refused' })
    expect(answer.body.detail).toContain('Make a new one in the dashboard')
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="Berth"')
  }
  await request(api.app).get('/v1/catalog/listings').set(bearer('rubbish')).expect(401)
})

test('a key works until it expires', async () => {
  const { key } = await setup('read')
  const expire = (when: string) =>
    api.owner.query(`UPDATE api_keys SET expires_at = now() + $2::interval WHERE id = $1`, [key.id, when])
  await expire('1 hour')
  await me(key.bearer).expect(200)
  await expire('-1 second')
  expect((await me(key.bearer).expect(401)).body.detail).toContain('has expired')
})

test('the key of an operator is no operator', async () => {
  const person = await signInAs(api, 'operator-ada')
  const key = await anApiKey(api, person)
  expect((await me({ Cookie: person.cookie }).expect(200)).body.isOperator).toBe(true)
  expect((await me(key.bearer).expect(200)).body.isOperator).toBe(false)
})

test('its use is written down once a minute at most', async () => {
  const { key } = await setup('read')
  const lastUse = async () =>
    (await api.dataSource.getRepository(ApiKeyEntity).findOneByOrFail({ id: key.id })).lastUsedAt
  await me(key.bearer).expect(200)
  const first = await lastUse()
  expect(first).not.toBeNull()
  await me(key.bearer).expect(200)
  expect(await lastUse()).toEqual(first)
  await api.owner.query(`UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [
    key.id,
  ])
  await me(key.bearer).expect(200)
  expect((await lastUse())!.getTime()).toBeGreaterThan(first!.getTime())
})

describe.each(['read', 'full'] as const)('a key with the scope %s', (scope) => {
  test('may do what the table says, operation by operation', async () => {
    const { key } = await setup(scope)
    for (const endpoint of Object.values(endpoints).flatMap((group): Endpoint[] => Object.values(group))) {
      const { body } = await call(endpoint, key.bearer)
      expect([endpoint.path, endpoint.method, refusalOf(body.code)]).toEqual([
        endpoint.path,
        endpoint.method,
        expected(endpoint, scope),
      ])
    }
  })
})

const REFUSALS = ['scope_missing', 'session_required', 'api_key_refused', 'not_signed_in', 'origin_refused']
const refusalOf = (code: unknown) => REFUSALS.find((each) => each === code) ?? null

function expected(endpoint: Endpoint, scope: ApiKeyScope): string | null {
  if (endpoint.auth !== 'session') return null
  const needed = scopeNeeded(endpoint)
  if (needed === 'never') return 'session_required'
  return needed === 'full' && scope === 'read' ? 'scope_missing' : null
}

test('no key pays in, sets limits, or touches keys and sessions', () => {
  const never = Object.values(endpoints)
    .flatMap((group): Endpoint[] => Object.values(group))
    .filter((each) => each.auth === 'session' && scopeNeeded(each) === 'never')
    .map(({ method, path }) => `${method} ${path}`)
  expect(never).toEqual([
    'POST /v1/auth/logout',
    'GET /v1/api-keys',
    'POST /v1/api-keys',
    'DELETE /v1/api-keys/:id',
    'GET /v1/sessions',
    'DELETE /v1/sessions/:id',
    'POST /v1/sessions/end-others',
    'POST /v1/billing/promotions',
    'PUT /v1/billing/limits',
    'POST /v1/billing/checkout',
    'POST /v1/billing/card',
    'DELETE /v1/billing/card',
    'PUT /v1/billing/auto-top-up',
  ])
})

function call({ method, path }: Endpoint, headers: Record<string, string>) {
  const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete'
  const attempt = request(api.app)[verb](path.replace(/:\w+/, newId('rental')))
  attempt.set({ ...headers, 'Idempotency-Key': randomBytes(16).toString('hex') })
  return method === 'GET' ? attempt : attempt.send({})
}

async function setup(scope: ApiKeyScope) {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  return { person, key: await anApiKey(api, person, { scope }) }
}
