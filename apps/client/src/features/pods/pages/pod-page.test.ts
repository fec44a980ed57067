import type { RentalDetail } from '@berth/contract/schemas/rentals'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { aRental, aSshKey } from '../../../shared/testing/examples.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import PodPage from './pod-page.vue'

afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

describe('the page of a pod', () => {
  it('ticks by the server’s clock, however wrong this machine’s is', async () => {
    const { page } = await setup(aRental())
    expect(page.find('[data-testid=rental-cost]').text()).toBe('$0.000000')
    await vi.advanceTimersByTimeAsync(12_000)
    expect(page.find('[data-testid=rental-cost]').text()).toBe('$0.007000')
  })

  it('shows how to connect as soon as the pod answers, and not before', async () => {
    const booting = await setup(aRental({ phase: 'verifying', ssh: null }))
    expect(booting.page.find('[data-testid=ssh-command]').exists()).toBe(false)
    expect(booting.page.text()).toContain('Nothing is charged yet.')
    const running = await setup(aRental())
    expect(running.page.find('[data-testid=ssh-command]').text()).toBe('ssh root@203.0.113.7')
  })

  it('spells out what stopping does before it stops', async () => {
    const { page, api } = await setup(aRental())
    await page.find('[data-testid=stop-button]').trigger('click')
    await flushPromises()
    expect(document.body.textContent).toContain('Stop amber-heron?')
    expect(document.body.textContent).toContain('The pod and its disk are destroyed.')
    document.querySelector<HTMLElement>('[data-testid=stop-confirm]')?.click()
    await flushPromises()
    expect(api.calls.some(({ route }) => route.endsWith('/stop'))).toBe(true)
    expect(page.find('[data-testid=rental-phase]').text()).toBe('Stopping')
    expect(page.find('[data-testid=stop-button]').exists()).toBe(false)
  })

  it('ends with a receipt that anyone can recompute', async () => {
    const { meter } = aRental()
    const ended = { ...meter, endedAt: meter.asOf, billedSeconds: 3599, chargedMicros: 2_099_416 }
    const { page } = await setup(aRental({ phase: 'ended', endReason: 'stopped_by_user', meter: ended }))
    const receipt = page.find('[data-testid=receipt]').text()
    expect(receipt).toContain('3,599 s × $2.10 ÷ 3600')
    expect(receipt).toContain('$2.099416')
    expect(receipt).toContain('You stopped it')
  })

  it('says so when there is no such pod', async () => {
    const { page } = await setup(aRental(), {
      'GET /v1/rentals/*': () => refuse('not_found', 'None of yours.'),
    })
    expect(page.text()).toContain('There is no such pod')
  })
})

async function setup(
  rental: RentalDetail,
  routes: NonNullable<Parameters<typeof mountPage>[1]>['routes'] = {},
) {
  const startedMs = Date.parse('2031-07-07T07:07:07Z')
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: startedMs })
  let current = rental
  const answer = () => {
    const asOf = new Date(Date.parse(rental.meter.asOf) + Date.now() - startedMs).toISOString()
    return { ...current, meter: { ...current.meter, asOf } }
  }
  return mountPage(PodPage, {
    at: `/pods/${rental.id}`,
    routes: {
      'GET /v1/rentals/*': answer,
      [`GET /v1/rentals/${rental.id}/events`]: () => ({ items: [], nextCursor: null }),
      [`POST /v1/rentals/${rental.id}/stop`]: () => {
        current = { ...rental, phase: 'stopping', stopRequestedAt: rental.meter.asOf }
        return answer()
      },
      'GET /v1/ssh-keys': () => ({ items: [aSshKey] }),
      ...routes,
    },
  })
}
