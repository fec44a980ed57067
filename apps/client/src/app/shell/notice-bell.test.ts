import { describe, expect, it } from 'vitest'
import type { NoticePage } from '@berth/contract/schemas/notices'
import { flushPromises } from '@vue/test-utils'
import { mountPage } from '../../shared/testing/mount-page.ts'
import NoticeBell from './notice-bell.vue'

const LOW = {
  id: 'ntc_01ARZ3NDEKTSV4RRFFQ69G5FA2',
  kind: 'runway_low',
  rentalId: null,
  title: 'server words',
  message: 'server words',
  data: {
    thresholdSeconds: 3600,
    runwaySeconds: 3100,
    availableMicros: 900_000,
    heldMicros: 200_000,
    burnMicrosPerHour: 1_250_000,
  },
  read: false,
  at: '2026-01-01T00:00:00Z',
} as const
const RUNNING = { ...LOW, id: 'ntc_01ARZ3NDEKTSV4RRFFQ69G5FA1', kind: 'rental_running', data: {} } as const

describe('the bell', () => {
  it('counts what is unread, and says it to screen readers', async () => {
    const { page } = await setup({ items: [LOW, RUNNING], nextCursor: null, unreadCount: 2 })
    expect(page.get('[data-testid="unread-count"]').text()).toBe('2')
    expect(page.get('[data-testid="notice-bell"]').attributes('aria-label')).toBe('Notifications, 2 unread')
  })

  it('has no badge when everything was read', async () => {
    const { page } = await setup({ items: [], nextCursor: null, unreadCount: 0 })
    expect(page.find('[data-testid="unread-count"]').exists()).toBe(false)
  })

  it('shows each notice in the reader’s words, or in the server’s where a figure is missing', async () => {
    const { page } = await setup({ items: [LOW, RUNNING], nextCursor: null, unreadCount: 2 })
    await page.get('[data-testid="notice-bell"]').trigger('click')
    await flushPromises()
    const shown = [...document.querySelectorAll('[data-testid="notice"]')].map(
      ({ textContent }) => textContent,
    )
    expect(shown[0]).toContain('Your wallet lasts less than 1h')
    expect(shown[0]).toContain('Your balance is $1.10, and your pods use $1.25 an hour')
    expect(shown[1]).toContain('server words')
  })

  it('says of a limit of the day that it is the limit, and leads there', async () => {
    const dayLimit = { limitMicros: 5_000_000, resetsAt: '2026-01-02T00:00:00Z' }
    const near = { ...LOW, data: { ...LOW.data, dayLimit } }
    const { page } = await setup({ items: [near], nextCursor: null, unreadCount: 1 })
    await page.get('[data-testid="notice-bell"]').trigger('click')
    await flushPromises()
    const shown = document.querySelector('[data-testid="notice"]')
    expect(shown?.textContent).toContain('Your limit of the day is reached in less than 1h')
    expect(shown?.textContent).toContain('You allow $5.00 a day (UTC)')
    expect(shown?.getAttribute('href')).toBe('/wallet#limits')
  })

  it('marks as read what was seen, and nothing that comes later', async () => {
    const { page, api } = await setup({ items: [LOW, RUNNING], nextCursor: null, unreadCount: 2 })
    await page.get('[data-testid="notice-bell"]').trigger('click')
    await flushPromises()
    document.querySelector<HTMLElement>('[data-testid="read-all"]')?.click()
    await flushPromises()
    const read = api.calls.find(({ route }) => route === 'POST /v1/notices/read')
    expect(read?.body).toEqual({ upTo: LOW.id })
  })
})

const setup = (answer: NoticePage) => {
  document.body.innerHTML = ''
  return mountPage(NoticeBell, {
    routes: { 'GET /v1/notices': () => answer, 'POST /v1/notices/read': () => ({ unreadCount: 0 }) },
  })
}
