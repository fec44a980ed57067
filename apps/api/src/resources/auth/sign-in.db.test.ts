import { SessionEntity } from '@berth/entities/session'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import { startGithubEmulator } from '@berth/upstreams/github/start'
import request from 'supertest'
import { afterAll, expect, test, vi } from 'vitest'
import { startTestApi } from '../../test-support/start-test-api.ts'
import { signInUser } from './sign-in-user.ts'

test('the first sign-in makes a user with an empty wallet and brings the browser back where it wanted to go', async () => {
  const { signIn, browser, api } = await setup()
  const done = await signIn('ada', { returnTo: '/rentals?state=live' })
  expect(done.status).toBe(302)
  expect(done.headers['location']).toBe('http://localhost:4300/rentals?state=live')
  const me = await browser.get('/v1/auth/me').expect(200)
  expect(me.body).toMatchObject({ handle: 'ada', displayName: 'Ada Lovelace', isOperator: false })
  const user = await api.dataSource.getRepository(UserEntity).findOneByOrFail({ id: me.body.id })
  expect(user.email).toBe('ada@example.com')
  const wallet = await api.dataSource.getRepository(WalletEntity).findOneByOrFail({ userId: user.id })
  expect(wallet).toMatchObject({ available: 0n, held: 0n })
})

test('a sign-in holds whichever millisecond it falls into', async () => {
  const { now } = Date
  let moved = 0
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + (moved += 1))
  try {
    const { signIn, browser } = await setup({ OPERATORS: 'nobody' })
    await signIn('ada')
    expect((await browser.get('/v1/auth/me')).body).toMatchObject({ handle: 'ada' })
  } finally {
    clock.mockRestore()
  }
})

test('the language of e-mails is nobody’s at first, then the one that was said, and no other than we write', async () => {
  const { signIn, browser, api } = await setup()
  await signIn('ada')
  const { body: me } = await browser.get('/v1/auth/me').expect(200)
  expect(me.language).toBeNull()
  const change = (body: object) =>
    browser.patch('/v1/auth/me').set('Origin', 'http://localhost:4300').send(body)
  const changed = await change({ language: 'zh-CN', isOperator: true }).expect(200)
  expect(changed.body).toEqual({ ...me, language: 'zh-CN' })
  expect((await browser.get('/v1/auth/me').expect(200)).body.language).toBe('zh-CN')
  await change({ language: 'tlh' }).expect(400)
  await change({}).expect(400)
  const { language } = await api.dataSource.getRepository(UserEntity).findOneByOrFail({ id: me.id })
  expect(language).toBe('zh-CN')
  await signIn('ada')
  expect((await browser.get('/v1/auth/me').expect(200)).body.language).toBe('zh-CN')
})

test('a session says from which browser and about where it was signed in', async () => {
  const { signIn, browser, api } = await setup()
  const headers = {
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'X-Forwarded-For': '203.0.113.77',
  }
  await signIn('ada', {}, headers)
  const { body } = await browser.get('/v1/sessions').expect(200)
  expect(body.items.find(({ current }: { current: boolean }) => current)).toMatchObject({
    browser: 'Firefox',
    system: 'Linux',
    network: '203.0.113.*',
  })
  const kept = await api.dataSource.getRepository(SessionEntity).find()
  expect(JSON.stringify(kept)).not.toContain('203.0.113.77')
})

test('signing in again finds the same user, whatever GitHub calls them now, and knows operators by the list', async () => {
  const { signIn, browser, api } = await setup({ OPERATORS: 'Operator' })
  await signIn('operator')
  const first = await browser.get('/v1/auth/me').expect(200)
  expect(first.body.isOperator).toBe(true)
  const renamed = await signInUser(
    { dataSource: api.dataSource, operators: new Set() },
    { subject: '1000001', login: 'renamed', displayName: 'R', email: null, avatarUrl: null },
  )
  expect(renamed).toMatchObject({ id: first.body.id, handle: 'renamed', isOperator: false })
})

test('two browsers finishing the first sign-in at once make one user', async () => {
  const { api } = await setup()
  const person = { subject: '77', login: 'twin', displayName: 'Twin', email: null, avatarUrl: null }
  const deps = { dataSource: api.dataSource, operators: new Set<string>() }
  const users = await Promise.all(Array.from({ length: 5 }, () => signInUser(deps, person)))
  expect(new Set(users.map(({ id }) => id)).size).toBe(1)
  expect(await api.dataSource.getRepository(UserEntity).countBy({ handle: 'twin' })).toBe(1)
})

test('the session id changes at sign-in, so that one planted before is worth nothing', async () => {
  const { begin, choose, finish, api } = await setup()
  const planted = await begin()
  const back = await choose(planted.location, 'ada')
  const done = await finish(back, planted.cookie)
  const cookie = cookieOf(done)
  expect(cookie).not.toBe(planted.cookie)
  await request(api.app).get('/v1/auth/me').set('Cookie', planted.cookie).expect(401)
  await request(api.app).get('/v1/auth/me').set('Cookie', cookie).expect(200)
})

test('asks GitHub with PKCE S256, an unguessable state and our own callback', async () => {
  const { begin } = await setup()
  const first = new URL((await begin()).location)
  const second = new URL((await begin()).location)
  expect(Object.fromEntries(first.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    redirect_uri: 'http://localhost:4300/v1/auth/github/callback',
    scope: 'read:user,user:email',
  })
  expect(first.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
  expect(first.searchParams.get('state')).toMatch(/^[\w-]{43}$/)
  expect(first.searchParams.get('state')).not.toBe(second.searchParams.get('state'))
})

test('a code that another browser obtained signs nobody in', async () => {
  const { begin, choose, finish, api } = await setup()
  const attacker = await begin()
  const stolen = await choose(attacker.location, 'octocat')
  const victim = await begin()
  const done = await finish(stolen, victim.cookie)
  expect(done.headers['location']).toBe('http://localhost:4300/sign-in?error=expired&returnTo=%2F')
  await request(api.app).get('/v1/auth/me').set('Cookie', victim.cookie).expect(401)
  const without = await finish(stolen, '')
  expect(without.headers['location']).toBe('http://localhost:4300/sign-in?error=expired&returnTo=%2F')
})

test('a state is used once', async () => {
  const { begin, choose, finish } = await setup()
  const begun = await begin()
  const back = await choose(begun.location, 'ada')
  await finish(back.replace(/state=[^&]+/, 'state=wrong'), begun.cookie)
  const again = await finish(back, begun.cookie)
  expect(again.headers['location']).toBe('http://localhost:4300/sign-in?error=expired&returnTo=%2F')
})

test('a person who cancels at GitHub is told so on the sign-in page, which still knows where they were going', async () => {
  const { signIn } = await setup()
  const done = await signIn('', { returnTo: '/rent/one?gpu=h100' })
  expect(done.headers['location']).toBe(
    'http://localhost:4300/sign-in?error=cancelled&returnTo=%2Frent%2Fone%3Fgpu%3Dh100',
  )
})

test('a GitHub that fails or describes nobody leaves the visitor signed out, with words for them', async () => {
  for (const path of ['/login/oauth/access_token', '/user', '/user/emails']) {
    const { signIn, github } = await setup()
    github.control.faults.add({
      match: { path: `${path}$` },
      fault: { kind: 'status', status: 502, body: '<html>' },
    })
    const done = await signIn('ada')
    expect(done.headers['location']).toBe('http://localhost:4300/sign-in?error=unavailable&returnTo=%2F')
  }
})

test.for(['//evil.example/x', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
  'after sign-in nobody is sent to %s',
  async (returnTo) => {
    const { signIn } = await setup()
    const done = await signIn('ada', { returnTo })
    expect(done.headers['location']).toBe('http://localhost:4300/')
  },
)

test('a visitor on the way to GitHub leaves a session of minutes, a signed-in person one of thirty days', async () => {
  const { begin, signIn, api } = await setup()
  const sessions = api.dataSource.getRepository(SessionEntity)
  await sessions.createQueryBuilder().delete().execute()
  await begin()
  const [visitor] = await sessions.find()
  expect(visitor!.expire.getTime() - Date.now()).toBeLessThan(16 * 60_000)
  await sessions.createQueryBuilder().delete().execute()
  const done = await signIn('ada')
  expect(done.headers['set-cookie']?.[0]).toMatch(/^sid=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/)
  const signedIn = (await sessions.find()).find(({ sess }) => 'userId' in sess)
  expect(signedIn!.expire.getTime() - Date.now()).toBeGreaterThan(29 * 86_400_000)
})

test('behind https the cookie is bound to the host and never sent in the clear', async () => {
  const { signIn } = await setup({ PUBLIC_URL: 'https://berth.example' })
  const done = await signIn('ada', {}, { 'X-Forwarded-Proto': 'https' })
  expect(done.headers['location']).toBe('https://berth.example/')
  expect(done.headers['set-cookie']?.[0]).toMatch(
    /^__Host-sid=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
  )
  expect(done.headers['strict-transport-security']).toContain('max-age=31536000')
})

const running = new Map<string, ReturnType<typeof start>>()
afterAll(async () => {
  const started = await Promise.all(running.values())
  await Promise.all(started.flatMap(({ api, github }) => [api.close(), github.close()]))
})

const cookieOf = (response: request.Response): string =>
  String(response.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? ''

async function start(env: Record<string, string>) {
  const github = await startGithubEmulator()
  const api = await startTestApi({
    env: {
      GITHUB_CLIENT_ID: github.clientId,
      GITHUB_CLIENT_SECRET: github.clientSecret,
      GITHUB_BASE_URL: github.baseUrl,
      GITHUB_API_URL: github.baseUrl,
      ...env,
    },
  })
  return { api, github }
}

async function setup(env: Record<string, string> = {}) {
  const name = JSON.stringify(env)
  if (!running.has(name)) running.set(name, start(env))
  const { api, github } = await running.get(name)!
  const browser = request.agent(api.app)

  /** Our redirect to GitHub, and the cookie it came with. */
  async function begin(query: Record<string, string> = {}, headers: Record<string, string> = {}) {
    const answer = await request(api.app).get('/v1/auth/github').query(query).set(headers).expect(302)
    return { location: answer.headers['location'] ?? '', cookie: cookieOf(answer) }
  }
  /** What the person clicks at GitHub; answers where GitHub sends the browser. */
  async function choose(location: string, login: string): Promise<string> {
    const body = new URLSearchParams({ login })
    const answer = await fetch(location, { method: 'POST', body, redirect: 'manual' })
    const back = new URL(answer.headers.get('location') ?? '')
    return `${back.pathname}${back.search}`
  }
  const finish = (path: string, cookie: string, headers: Record<string, string> = {}) =>
    request(api.app)
      .get(path.replace(/^https?:\/\/[^/]+/, ''))
      .set('Cookie', cookie)
      .set(headers)

  async function signIn(
    login: string,
    query: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<request.Response> {
    const begun = await begin(query, headers)
    const done = await finish(await choose(begun.location, login), begun.cookie, headers)
    browser.jar.setCookie(cookieOf(done))
    return done
  }
  return { api, github, browser, begin, choose, finish, signIn }
}
