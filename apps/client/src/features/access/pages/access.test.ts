import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { type createFakeApi, refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import ApiKeysPage from './api-keys-page.vue'
import SessionsPage from './sessions-page.vue'

const KEY = {
  id: 'apk_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  name: 'Grafana',
  prefix: 'berth_4tq8xw2m',
  scope: 'read',
  createdAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-01-02T00:00:00Z',
  lastUsedAt: null,
}
const SECRET = 'berth_4tq8xw2m0123456789abcdefghjkmnpqrstvwx'

const at = <T extends HTMLElement>(testId: string): T | null =>
  document.querySelector<T>(`[data-testid=${testId}]`)

async function press(testId: string): Promise<void> {
  at(testId)?.click()
  await flushPromises()
}

describe('the page of API keys', () => {
  it('shows a new key once, with a command that tries it, and then never again', async () => {
    const { api, make } = await apiKeys({ 'POST /v1/api-keys': () => ({ ...KEY, secret: SECRET }) })
    await make('Grafana')
    const sent = api.calls.find(({ route }) => route === 'POST /v1/api-keys')
    expect(sent?.body).toEqual({ name: 'Grafana', scope: 'read', expiresInDays: 90 })
    expect(sent?.idempotencyKey).toMatch(/.{8,}/)
    expect(at('api-key-secret')?.textContent).toBe(SECRET)
    expect(at('api-key-example')?.textContent).toContain(`curl -H 'Authorization: Bearer ${SECRET}'`)
    expect(await accessibilityProblems()).toEqual([])
    await press('api-key-kept')
    expect(document.body.textContent).not.toContain(SECRET)
  })

  it('says so where the answer with the key was lost', async () => {
    const { make } = await apiKeys({ 'POST /v1/api-keys': () => ({ ...KEY, secret: null }) })
    await make('Grafana')
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Revoke it and make another one')
  })

  it('says at the field what is wrong', async () => {
    const detail = 'Give the key a name.'
    const { make } = await apiKeys({
      'POST /v1/api-keys': () => refuse('invalid_request', detail, [{ pointer: '/name', detail }]),
    })
    await make('')
    expect(document.querySelector('form')?.textContent).toContain(detail)
  })

  it('tells what a key may do, and revokes it after asking', async () => {
    const { api, page } = await apiKeys({
      'GET /v1/api-keys': () => ({ items: [{ ...KEY, expiresAt: null }] }),
      'DELETE /v1/api-keys/*': () => new Response(null, { status: 204 }),
    })
    const row = page.get('[data-testid=api-key-row]').text()
    for (const words of ['Grafana', 'Only read', 'berth_4tq8xw2m…', 'never used', 'never expires'])
      expect(row).toContain(words)
    await press('revoke-api-key')
    expect(document.querySelector('[role=dialog]')?.textContent).toContain(
      'Pods that they rented keep running',
    )
    await press('confirm')
    expect(api.calls.map(({ route }) => route)).toContain(`DELETE /v1/api-keys/${KEY.id}`)
  })

  it('says of an expired key that it is refused and what to do, and takes it off the list', async () => {
    const { page } = await apiKeys({ 'GET /v1/api-keys': () => ({ items: [KEY] }) })
    const row = page.get('[data-testid=api-key-row]').text()
    for (const words of ['expired', 'Whoever uses it is refused. Make a new key', 'Remove'])
      expect(row).toContain(words)
    await press('revoke-api-key')
    expect(document.querySelector('[role=dialog]')?.textContent).toContain('it only leaves this list')
    expect(await accessibilityProblems()).toEqual([])
  })
})

describe('the page of sessions', () => {
  it('marks this browser, signs out of another one, and of all others', async () => {
    const { api, page } = await mountPage(SessionsPage, {
      routes: {
        'GET /v1/sessions': () => ({ items: [aSession(true), aSession(false)] }),
        'DELETE /v1/sessions/*': () => new Response(null, { status: 204 }),
        'POST /v1/sessions/end-others': () => ({ ended: 1 }),
      },
    })
    const [here, there] = page.findAll('[data-testid=session-row]').map((row) => row.text())
    expect(here).toContain('Firefox on Linux')
    expect(here).toContain('This browser')
    expect(there).toContain('from 203.0.113.*')
    expect(await accessibilityProblems()).toEqual([])
    await press('end-session')
    await press('confirm')
    await press('end-other-sessions')
    await press('confirm')
    const calls = api.calls.map(({ route }) => route)
    expect(calls).toContain(`DELETE /v1/sessions/${aSession(false).id}`)
    expect(calls).toContain('POST /v1/sessions/end-others')
  })
})

const aSession = (current: boolean) => ({
  id: `ses_01ARZ3NDEKTSV4RRFFQ69G5FA${current ? 'A' : 'B'}`,
  browser: 'Firefox',
  system: 'Linux',
  network: '203.0.113.*',
  signedInAt: '2026-01-01T00:00:00Z',
  lastSeenAt: '2026-01-02T00:00:00Z',
  current,
})

async function apiKeys(routes: Parameters<typeof createFakeApi>[0]) {
  const mounted = await mountPage(ApiKeysPage, {
    routes: { 'GET /v1/api-keys': () => ({ items: [] }), ...routes },
  })
  const make = async (name: string): Promise<void> => {
    await press('add-api-key')
    const field = at<HTMLInputElement>('api-key-name')
    if (!field) throw new Error('the dialog is not open')
    field.value = name
    field.dispatchEvent(new Event('input'))
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await flushPromises()
  }
  return { ...mounted, make }
}
