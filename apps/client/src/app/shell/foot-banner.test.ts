import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { Balance } from '@berth/contract/schemas/billing'
import { mountPage } from '../../shared/testing/mount-page.ts'
import FootBanner from './foot-banner.vue'

const LASTING: Balance = {
  walletId: 'wal_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  availableMicros: 40_000_000,
  heldMicros: 1_000_000,
  totalMicros: 41_000_000,
  receivableMicros: 0,
  burnMicrosPerHour: 3_600_000,
  runwaySeconds: 40_000,
  dayLimit: null,
  asOf: '2026-03-01T12:00:00.000Z',
}

describe('the bar at the foot', () => {
  it('is not there while there is time', async () => {
    expect((await bannerOf({})).exists()).toBe(false)
  })

  it('asks for a top-up where the money ends', async () => {
    const bar = await bannerOf({ runwaySeconds: 600 })
    expect(bar.text()).toContain('At $3.60 an hour your balance of $41.00 lasts 10m.')
    expect(bar.get('a').text()).toBe('Top up')
    expect(bar.get('a').attributes('href')).toBe('/wallet#top-up')
  })

  it('leads to the limit where the limit of the day ends it, for a top-up would not help', async () => {
    const dayLimit = { limitMicros: 20_000_000, resetsAt: '2026-03-02T00:00:00.000Z' }
    const bar = await bannerOf({ runwaySeconds: 600, dayLimit })
    expect(bar.text()).toContain('your limit of $20.00 a day is reached in 10m')
    expect(bar.get('a').text()).toBe('Raise the limit')
    expect(bar.get('a').attributes('href')).toBe('/wallet#limits')
    const reached = await bannerOf({ runwaySeconds: 0, dayLimit })
    expect(reached.text()).toContain('Your limit of $20.00 a day is reached.')
  })
})

async function bannerOf(change: Partial<Balance>) {
  const { page } = await mountPage(FootBanner, {
    routes: { 'GET /v1/billing/balance': () => ({ ...LASTING, ...change }) },
  })
  await flushPromises()
  return page.find('[data-testid=low-balance]')
}
