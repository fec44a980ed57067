import { createHash, randomBytes } from 'node:crypto'
import { Strategy } from 'passport-github2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import type { GithubEmulatorOptions } from './emulator.ts'
import { startGithubEmulator, type StartedGithubEmulator } from './start.ts'

const CALLBACK = 'http://localhost:1/auth/github/callback'

describe('signing in', () => {
  it('shows the sample people and sends the chosen one back with a code and the state', async () => {
    const { authorizeUrl, choose } = await setup()
    const page = await (await fetch(authorizeUrl({ state: 's<1>' }))).text()
    expect(page.match(/Authorize as/g)).toHaveLength(3)
    const back = await choose('octocat', { state: 's<1>' })
    expect(back.origin + back.pathname).toBe(CALLBACK)
    expect(back.searchParams.get('state')).toBe('s<1>')
    expect(back.searchParams.get('code')).toMatch(/^[0-9a-f]{20}$/)
  })

  it('lets in somebody new by any name that GitHub allows, as the same person each time', async () => {
    const { codeFor, exchange, get, choose } = await setup()
    const meet = async (login: string) => {
      const token = await exchange({ code: await codeFor(login) })
      const { body } = await get('/user', token['access_token'])
      return body as { id: number; login: string }
    }
    const [first, again, other] = [await meet('grace'), await meet('grace'), await meet('grace-h')]
    expect(first).toEqual(again)
    expect(first.login).toBe('grace')
    expect(other.id).not.toBe(first.id)
    for (const login of ['-grace', 'gr--ace', 'Grace H', 'g'.repeat(40)]) {
      expect((await choose(login, {})).searchParams.get('error')).toBe('access_denied')
    }
  })

  it('sends back access_denied where the person cancels', async () => {
    const { choose } = await setup()
    expect((await choose('', {})).searchParams.get('error')).toBe('access_denied')
  })

  it('knows no other application, and no callback that is no address', async () => {
    const { authorizeUrl } = await setup()
    expect((await fetch(authorizeUrl({ client_id: 'other' }))).status).toBe(404)
    expect((await fetch(authorizeUrl({ redirect_uri: 'nowhere' }))).status).toBe(400)
  })
})

describe('the exchange', () => {
  it('gives a token for a code once, as a form or as JSON', async () => {
    const { codeFor, exchange, get } = await setup()
    const code = await codeFor('ada')
    const token = await exchange({ code })
    expect(token).toMatchObject({ token_type: 'bearer', scope: 'read:user user:email' })
    expect(await exchange({ code })).toMatchObject({ error: 'bad_verification_code' })
    const asForm = await exchange({ code: await codeFor('ada') }, 'application/x-www-form-urlencoded')
    expect(asForm['access_token']).toMatch(/^gho_/)
    const me = await get('/user', token['access_token'])
    expect(me.body).toMatchObject({ id: 1815, login: 'ada', name: 'Ada Lovelace', email: null })
    const emails = await get('/user/emails', token['access_token'])
    expect(emails.body).toEqual([
      { email: 'ada@example.com', primary: true, verified: true, visibility: 'private' },
    ])
  })

  it('refuses a wrong secret, another callback, and a code of ten minutes ago', async () => {
    const clock = createClock()
    const { codeFor, exchange } = await setup({ clock })
    const wrongSecret = await exchange({ code: await codeFor('ada'), client_secret: 'guess' })
    expect(wrongSecret).toMatchObject({ error: 'incorrect_client_credentials' })
    const elsewhere = await exchange({ code: await codeFor('ada'), redirect_uri: 'http://evil.example/' })
    expect(elsewhere).toMatchObject({ error: 'redirect_uri_mismatch' })
    const code = await codeFor('ada')
    clock.advance(600_000)
    expect(await exchange({ code })).toMatchObject({ error: 'bad_verification_code' })
  })

  it('holds a code to its PKCE challenge', async () => {
    const { codeFor, exchange } = await setup()
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    expect(await exchange({ code: await codeFor('ada', pkce) })).toHaveProperty('error')
    expect(await exchange({ code: await codeFor('ada', pkce), code_verifier: 'x' })).toHaveProperty('error')
    const proven = await exchange({ code: await codeFor('ada', pkce), code_verifier: verifier })
    expect(proven).toHaveProperty('access_token')
  })

  it('lets nobody see a person without a token, or after it was revoked', async () => {
    const { codeFor, exchange, get, control } = await setup()
    expect((await get('/user', 'gho_guess')).status).toBe(401)
    const { access_token: token } = await exchange({ code: await codeFor('ada') })
    control.revokeAll('ada')
    expect((await get('/user', token)).status).toBe(401)
  })
})

describe('passport-github2', () => {
  it('reads the profile and the verified address through the whole flow', async () => {
    const { baseUrl, codeFor } = await setup()
    const code = await codeFor('octocat')
    const profile = await new Promise<{ id: string; username?: string; emails?: { value: string }[] }>(
      (resolve, reject) => {
        const strategy = new Strategy(
          {
            clientID: 'berth-local',
            clientSecret: 'github_emulated_secret',
            callbackURL: CALLBACK,
            authorizationURL: `${baseUrl}/login/oauth/authorize`,
            tokenURL: `${baseUrl}/login/oauth/access_token`,
            userProfileURL: `${baseUrl}/user`,
            userEmailURL: `${baseUrl}/user/emails`,
            scope: ['user:email'],
          },
          (_access: string, _refresh: string, found: object, done: (error: null, user: object) => void) => {
            done(null, found)
          },
        )
        Object.assign(strategy, { success: resolve, fail: reject, error: reject })
        strategy.authenticate({ query: { code }, headers: {}, session: {} } as never, {})
      },
    )
    expect(profile).toMatchObject({
      id: '583231',
      username: 'octocat',
      emails: [{ value: 'octocat@example.com' }],
    })
  })
})

const started: StartedGithubEmulator[] = []
afterAll(async () => {
  await Promise.all(started.map((emulator) => emulator.close()))
})

async function setup(options: GithubEmulatorOptions = {}) {
  const emulator = await startGithubEmulator(options)
  started.push(emulator)
  const { baseUrl, clientId, clientSecret, control } = emulator

  function authorizeUrl(changes: Record<string, string>): string {
    const query = { client_id: clientId, redirect_uri: CALLBACK, scope: 'read:user user:email', ...changes }
    return `${baseUrl}/login/oauth/authorize?${new URLSearchParams(query)}`
  }

  async function choose(login: string, changes: Record<string, string>): Promise<URL> {
    const body = new URLSearchParams({ login })
    const answer = await fetch(authorizeUrl(changes), { method: 'POST', body, redirect: 'manual' })
    return new URL(answer.headers.get('Location') ?? '')
  }

  const codeFor = async (login: string, changes: Record<string, string> = {}): Promise<string> =>
    (await choose(login, changes)).searchParams.get('code') ?? ''

  async function exchange(changes: Record<string, string>, accept = 'application/json') {
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...changes })
    const headers = { Accept: accept }
    const answer = await fetch(`${baseUrl}/login/oauth/access_token`, { method: 'POST', body, headers })
    const text = await answer.text()
    const parsed: Record<string, string> = accept.endsWith('json')
      ? JSON.parse(text)
      : Object.fromEntries(new URLSearchParams(text))
    return parsed
  }

  async function get(path: string, token: string | undefined) {
    const answer = await fetch(baseUrl + path, { headers: { Authorization: `token ${token}` } })
    return { status: answer.status, body: await answer.json() }
  }

  return { baseUrl, control, authorizeUrl, choose, codeFor, exchange, get }
}
