import { CHOOSABLE_NOTICE_KINDS } from '@berth/contract/notices'
import type { WebhookEndpointWithSecret } from '@berth/contract/schemas/notices'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import NotificationsPage from './notifications-page.vue'

const ENDPOINT: WebhookEndpointWithSecret = {
  id: 'whe_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  url: 'https://example.com/hook',
  description: '',
  kinds: [],
  enabled: true,
  failingSince: null,
  switchedOffAt: null,
  previousSecretExpiresAt: null,
  lastDelivery: null,
  createdAt: '2026-01-01T00:00:00Z',
  secret: 'whsec_abc',
}

describe('the page of notifications', () => {
  it('switches one kind off on one channel and leaves the rest alone', async () => {
    const { page, api } = await setup({ email: 'ada@example.com' })
    expect(page.get('[data-testid="email-address"]').text()).toContain('ada@example.com')
    await page.get('[data-testid=notice-group-pods] button[aria-expanded]').trigger('click')
    await page.get('[data-testid="choice-rental_running-email"]').trigger('click')
    await flushPromises()
    const sent = api.calls.find(({ route }) => route === 'PUT /v1/notices/preferences')
    expect(sent?.body).toEqual({ choices: [{ kind: 'rental_running', dashboard: true, email: false }] })
  })

  it('switches a whole group off with one press and one call', async () => {
    const { page, api } = await setup({ email: 'ada@example.com' })
    await page.get('[data-testid="choice-all-pods-dashboard"]').trigger('click')
    await flushPromises()
    const sent = api.calls.filter(({ route }) => route === 'PUT /v1/notices/preferences')
    expect(sent.map(({ body }) => body)).toEqual([
      {
        choices: ['rental_running', 'rental_interrupted', 'rental_ended'].map((kind) => ({
          kind,
          dashboard: false,
          email: true,
        })),
      },
    ])
  })

  it('says which events are always told', async () => {
    const { page } = await setup({ email: 'ada@example.com' })
    await page.get('[data-testid=notice-group-access] button[aria-expanded]').trigger('click')
    expect(page.get('[data-testid=notice-group-access]').text()).toContain('API key madealways')
  })

  it('says that no e-mail is sent where there is no verified address', async () => {
    const { page } = await setup({ email: null })
    expect(page.get('[data-testid="email-address"]').text()).toContain('no verified address')
    expect(page.get('[data-testid="choice-all-pods-email"]').attributes('disabled')).toBeDefined()
  })

  it('shows the secret of a new endpoint once', async () => {
    const { page, add } = await setup({ email: null })
    await add()
    expect(page.get('[data-testid="webhook-secret"]').text()).toContain('whsec_abc')
    await page.get('[data-testid="secret-kept"]').trigger('click')
    expect(page.find('[data-testid="webhook-secret"]').exists()).toBe(false)
    expect(page.text()).not.toContain('whsec_abc')
  })

  it('says that an endpoint was switched off and why, and switches it on again', async () => {
    const off = { ...ENDPOINT, enabled: false, switchedOffAt: '2026-01-04T00:00:00Z' }
    const { page, api } = await setup({ email: null, endpoints: [off] })
    expect(page.get('[data-testid="webhook-trouble"]').text()).toContain('it took nothing for three days')
    api.on(`PATCH /v1/webhook-endpoints/*`, () => ENDPOINT)
    await page.get('[data-testid="webhook-row"] button[role=switch]').trigger('click')
    await flushPromises()
    const sent = api.calls.find(({ route }) => route === `PATCH /v1/webhook-endpoints/${ENDPOINT.id}`)
    expect(sent?.body).toEqual({ enabled: true })
  })

  it('adds no second endpoint by pressing again after a cut connection, and shows a secret that was not lost', async () => {
    const { page, api, add } = await setup({ email: null })
    const fresh = { ...ENDPOINT, secret: 'whsec_anew' }
    api.on('POST /v1/webhook-endpoints', () => Promise.reject(new TypeError('connection cut')))
    api.on(`POST /v1/webhook-endpoints/${ENDPOINT.id}/rotate-secret`, () => refuse('rate_limited', 'Wait.'))
    await add()
    api.on('POST /v1/webhook-endpoints', () => ({ ...ENDPOINT, secret: null }))
    const again = async () => {
      await page.get('form').trigger('submit')
      await flushPromises()
    }
    await again()
    expect(page.find('[data-testid="webhook-secret"]').exists()).toBe(false)
    api.on(`POST /v1/webhook-endpoints/${ENDPOINT.id}/rotate-secret`, () => fresh)
    await again()
    expect(page.get('[data-testid="webhook-secret"]').text()).toContain('whsec_anew')
    const keys = api.calls.filter(({ route }) => route === 'POST /v1/webhook-endpoints')
    expect(keys).toHaveLength(3)
    expect(new Set(keys.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
    expect(keys[0]?.idempotencyKey).toBeTruthy()
  })

  it('says at the field what is wrong with an address', async () => {
    const { page, api, add } = await setup({ email: null })
    const detail = 'Give a full https:// address.'
    api.on('POST /v1/webhook-endpoints', () =>
      refuse('invalid_request', detail, [{ pointer: '/url', detail }]),
    )
    await add()
    expect(page.text()).toContain(detail)
    expect(page.find('[data-testid="webhook-secret"]').exists()).toBe(false)
  })
})

async function setup({ email, endpoints = [] }: { email: string | null; endpoints?: unknown[] }) {
  document.body.innerHTML = ''
  const choices = CHOOSABLE_NOTICE_KINDS.map((kind) => ({ kind, dashboard: true, email: true }))
  const mounted = await mountPage(NotificationsPage, {
    routes: {
      'GET /v1/notices': () => ({ items: [], nextCursor: null, unreadCount: 0 }),
      'GET /v1/notices/preferences': () => ({ email, choices }),
      'PUT /v1/notices/preferences': () => ({ email, choices }),
      'GET /v1/webhook-endpoints': () => ({ items: endpoints }),
      'POST /v1/webhook-endpoints': () => ENDPOINT,
    },
  })
  const { page } = mounted
  const add = async (): Promise<void> => {
    await page.get('[data-testid="add-webhook"]').trigger('click')
    await page.get('[data-testid="webhook-url"]').setValue(ENDPOINT.url)
    await page.get('form').trigger('submit')
    await flushPromises()
  }
  return { ...mounted, add }
}
