import { randomBytes } from 'node:crypto'
import { SessionEntity } from '@berth/entities/session'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession, signInAs } from '../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const DAY_MS = 86_400_000
let api: TestApi
const logged: string[] = []
beforeAll(async () => {
  api = await startTestApi({ logTo: (line) => logged.push(line) })
})
afterAll(() => api.close())

test('every answer names its request, and the problem body and the log bear the same id', async () => {
  const answer = await request(api.app).get('/v1/auth/me').set('X-Request-Id', 'req_forged').expect(401)
  const id = answer.headers['x-request-id']
  expect(id).toMatch(/^req_[0-9A-Z]{26}$/)
  expect(answer.body).toMatchObject({
    requestId: id,
    instance: '/v1/auth/me',
    code: 'not_signed_in',
    status: 401,
  })
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(logged.some((line) => line.includes(id ?? '-'))).toBe(true)
})

test('an unknown route, method or id shape is problem+json too', async () => {
  const { as } = await setup()
  const unknown = await as('get', '/v1/nothing?secret=1').expect(404)
  expect(unknown.body).toMatchObject({ code: 'not_found', instance: '/v1/nothing' })
  expect((await as('delete', '/v1/auth/me').expect(404)).body.code).toBe('not_found')
  expect((await as('get', '/v1/rentals/not-an-id').expect(404)).body.code).toBe('not_found')
  expect((await as('get', '/v1/rentals/%E0%A4%A').expect(400)).body.code).toBe('invalid_request')
})

test('a body that is no JSON, too large, of another type or charset is refused in words', async () => {
  const { as } = await setup()
  const post = () => as('post', '/v1/ssh-keys')
  const malformed = await post().set('Content-Type', 'application/json').send('{"name":').expect(400)
  expect(malformed.body).toMatchObject({ code: 'invalid_request', detail: 'The body is not valid JSON.' })
  const large = await post()
    .send({ name: 'x', publicKey: 'x'.repeat(200_000) })
    .expect(413)
  expect(large.body.code).toBe('payload_too_large')
  const form = await post().type('form').send('name=x').expect(400)
  expect(form.body.detail).toContain('Content-Type: application/json')
  const charset = await post().set('Content-Type', 'application/json; charset=utf-7').send('{}').expect(400)
  expect(charset.body.code).toBe('invalid_request')
  await post().expect(400)
})

test('all that is wrong with a request is told at once, each with its pointer', async () => {
  const { as } = await setup()
  const body = await as('post', '/v1/rentals')
    .set('Idempotency-Key', 'some-key-1')
    .send({ offerId: '', image: 'UPPER', sshKeyIds: ['nope'], duration: { kind: 'for', seconds: 1 } })
    .expect(400)
  const pointers = body.body.errors.map(({ pointer }: { pointer: string }) => pointer)
  expect(pointers).toEqual(
    expect.arrayContaining([
      '/offerId',
      '/image',
      '/sshKeyIds/0',
      '/duration/seconds',
      '/priceMicrosPerHour',
    ]),
  )
  const query = await as('get', '/v1/rentals?pageSize=9999').expect(400)
  expect(query.body.errors).toMatchObject([{ pointer: 'pageSize' }])
})

test('what a caller may not set is dropped, never stored', async () => {
  const { as, person } = await setup()
  const me = await as('get', '/v1/auth/me?isOperator=true').expect(200)
  expect(me.body).toEqual({
    id: person.user.id,
    handle: person.user.handle,
    displayName: person.user.displayName,
    avatarUrl: null,
    isOperator: false,
    language: null,
    createdAt: person.user.createdAt.toISOString(),
  })
})

test('answers forbid caching, framing, sniffing and running anything', async () => {
  const { as } = await setup()
  const { headers } = await as('get', '/v1/auth/me').expect(200)
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  expect(headers['x-powered-by']).toBeUndefined()
  expect(headers['access-control-allow-origin']).toBeUndefined()
})

test('an unsafe request from another site is refused before anything is read', async () => {
  const { as } = await setup()
  const logout = () => as('post', '/v1/auth/logout')
  for (const headers of [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site', Origin: 'http://other.localhost:4300' },
  ]) {
    expect((await logout().set(headers).expect(403)).body.code).toBe('origin_refused')
  }
  await as('get', '/v1/auth/me').set({ 'Sec-Fetch-Site': 'cross-site' }).expect(200)
  await logout().set({ 'Sec-Fetch-Site': 'same-origin', Origin: 'http://localhost:4300' }).expect(204)
})

test('signing out ends the session for everybody who holds its cookie', async () => {
  const { as, person } = await setup()
  const answer = await as('post', '/v1/auth/logout').expect(204)
  expect(String(answer.headers['set-cookie'])).toContain('Expires=Thu, 01 Jan 1970')
  await as('get', '/v1/auth/me').expect(401)
  expect(await api.dataSource.getRepository(SessionEntity).existsBy({ sid: person.sessionId })).toBe(false)
})

test('a forged, expired or ninety days old session signs nobody in', async () => {
  const { person } = await setup()
  const me = (cookie: string) => request(api.app).get('/v1/auth/me').set('Cookie', cookie)
  await me(`sid=s%3A${person.sessionId}.forged`).expect(401)
  await me(person.cookie.replace('s%3A', '')).expect(401)
  const expired = await openSession(api, person.user.id, { expire: new Date(Date.now() - 1_000) })
  await me(expired.cookie).expect(401)
  const old = await openSession(api, person.user.id, { signedInAt: Date.now() - 91 * DAY_MS })
  await me(old.cookie).expect(401)
  expect(await api.dataSource.getRepository(SessionEntity).existsBy({ sid: old.sessionId })).toBe(false)
})

test('a session in use is renewed once a day, not at every request', async () => {
  const { person, as } = await setup()
  expect((await as('get', '/v1/auth/me').expect(200)).headers['set-cookie']).toBeUndefined()
  const used = await openSession(api, person.user.id, { renewedAt: Date.now() - 2 * DAY_MS })
  const renewed = await request(api.app).get('/v1/auth/me').set('Cookie', used.cookie).expect(200)
  expect(String(renewed.headers['set-cookie'])).toContain('sid=')
  const row = await api.dataSource.getRepository(SessionEntity).findOneByOrFail({ sid: used.sessionId })
  expect(row.sess['renewedAt']).toBeGreaterThan(Date.now() - 60_000)
})

test('the log names who asked for what, and never a cookie, a code or a key', async () => {
  const { as, person } = await setup()
  await as('get', '/v1/rentals?cursor=secret-cursor').expect(400)
  await request(api.app).get('/v1/auth/github/callback?code=secret-code&state=secret-state')
  await as('post', '/v1/ssh-keys').send({ name: 'x', publicKey: 'secret-key' }).expect(422)
  const text = logged.join('')
  expect(text).toContain(person.user.id)
  expect(text).toContain('/v1/auth/github/callback')
  for (const secret of ['secret-', person.sessionId, 'whsec_', 'Cookie', 'cookie'])
    expect(text).not.toContain(secret)
})

test('what fails inside us tells the caller an id and nothing else', async () => {
  const { as } = await setup()
  await api.owner.query('ALTER TABLE ssh_keys RENAME TO ssh_keys_away')
  const answer = await as('get', '/v1/ssh-keys').expect(500)
  await api.owner.query('ALTER TABLE ssh_keys_away RENAME TO ssh_keys')
  expect(answer.body.code).toBe('internal')
  expect(JSON.stringify(answer.body)).not.toMatch(/ssh_keys|relation|SELECT/)
  const line = logged.find((entry) => entry.includes(answer.body.requestId) && entry.includes('ssh_keys'))
  expect(line).toContain('request failed')
})

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const as = (method: 'get' | 'post' | 'delete', path: string) =>
    request(api.app)[method](path).set('Cookie', person.cookie)
  return { person, as }
}
