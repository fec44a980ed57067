import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anApiKey } from '../test-support/fixtures.ts'
import { signInAs } from '../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'
import { newApiKeySecret } from './api-key-secret.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ rateLimits: { general: 8, tight: 2, signIn: 2 } })
})
afterAll(() => api.close())

test('each person has an own limit, told in headers, and is told when to come back', async () => {
  const [ada, bob] = [await signInAs(api, 'ada'), await signInAs(api, 'bob')]
  const me = (cookie: string) => request(api.app).get('/v1/auth/me').set('Cookie', cookie)
  const first = await me(ada.cookie).expect(200)
  expect(first.headers['ratelimit']).toMatch(/^"general"; r=7; t=\d+$/)
  for (let i = 0; i < 7; i += 1) await me(ada.cookie).expect(200)
  const refused = await me(ada.cookie).expect(429)
  expect(refused.body).toMatchObject({ code: 'rate_limited', status: 429 })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  await me(bob.cookie).expect(200)
})

test('renting, topping up and key uploads each have a tighter limit of their own', async () => {
  const person = await signInAs(api, 'eve')
  const post = (path: string) => request(api.app).post(path).set('Cookie', person.cookie).send({})
  for (const path of ['/v1/rentals', '/v1/billing/checkout', '/v1/ssh-keys']) {
    await post(path).expect(400)
    if (path === '/v1/rentals') await post(path).expect(400)
  }
  expect((await post('/v1/rentals').expect(429)).body.code).toBe('rate_limited')
})

test('an address that signs in too often is told so on the page where people sign in', async () => {
  const from = async (address: string): Promise<string> => {
    const answer = request(api.app).get('/v1/auth/github?returnTo=/keys').set('X-Forwarded-For', address)
    return String((await answer.expect(302)).headers['location'])
  }
  await from('203.0.113.9')
  await from('203.0.113.9')
  expect(await from('203.0.113.9')).toBe('http://localhost:4300/sign-in?error=busy&returnTo=%2Fkeys')
  expect(await from('203.0.113.10')).toContain('/login/oauth/authorize')
})

test('before sign-in an address counts, an IPv6 one by its network', async () => {
  const from = (address: string) => request(api.app).get('/v1/auth/me').set('X-Forwarded-For', address)
  for (let i = 0; i < 8; i += 1) await from(`2001:db8:1:1::${i}`).expect(401)
  expect((await from('2001:db8:1:1::ffff')).status).toBe(429)
  expect((await from('2001:db8:ffff::1')).status).toBe(401)
})

test('the keys of a person share one limit, from however many addresses they are used', async () => {
  const person = await signInAs(api, 'kim')
  const keys = [await anApiKey(api, person), await anApiKey(api, person)]
  const ask = (n: number) =>
    request(api.app)
      .get('/v1/auth/me')
      .set({ ...keys[n % 2]!.bearer, 'X-Forwarded-For': `198.51.100.${n}` })
  for (let n = 0; n < 8; n += 1) await ask(n).expect(200)
  expect((await ask(8).expect(429)).body.code).toBe('rate_limited')
})

test('guesses at keys are counted by their address', async () => {
  const guess = (address: string) =>
    request(api.app)
      .get('/v1/auth/me')
      .set({ Authorization: `Bearer ${newApiKeySecret().secret}`, 'X-Forwarded-For': address })
  for (let n = 0; n < 8; n += 1) await guess('198.51.100.200').expect(401)
  expect((await guess('198.51.100.200').expect(429)).body.code).toBe('rate_limited')
  await guess('198.51.100.201').expect(401)
})
