import type { RentalDetail } from '@berth/contract/schemas/rentals'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { aRental, aSshKey } from '../../../shared/testing/examples.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import PodPage from './pod-page.vue'

afterEach(() => {
  vi.useRealTimers()
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

  it('shows where its ports answer, and which variables it was given', async () => {
    const { page } = await setup(
      aRental({
        envNames: ['HF_TOKEN'],
        ports: [
          { port: 8888, address: { host: '203.0.113.7', port: 41_000 } },
          { port: 5432, address: null },
        ],
      }),
    )
    expect(page.find('[data-testid=port-link]').attributes('href')).toBe('http://203.0.113.7:41000')
    expect(page.findAll('[data-testid=pod-port]').at(1)?.text()).toContain('ssh -N -L 5432:localhost:5432')
    expect(page.text()).toContain('HF_TOKEN')
  })

  it('draws what it cost over its life, with the same figures as a table', async () => {
    const { page } = await setup(aRental())
    await vi.waitFor(() => expect(page.find('[data-testid=usage-chart]').exists()).toBe(true))
    expect(page.findAll('[data-testid=usage-step]').map((row) => row.text())).toEqual([
      expect.stringContaining('1h$2.10$2.10'),
    ])
    expect(await accessibilityProblems()).toEqual([])
  })

  it('spells out what stopping does before it stops', async () => {
    const { page, api } = await setup(aRental())
    await page.find('[data-testid=stop-button]').trigger('click')
    await flushPromises()
    expect(document.body.textContent).toContain('Stop amber-heron?')
    expect(stopWords('keeps')).toBe(
      'KeepsNothing. RunPod only runs a pod or destroys it; it cannot be paused.',
    )
    expect(stopWords('costs')).toContain('RunPod may take 1m to destroy it, which we pay.')
    expect(stopWords('costs')).toMatch(
      /It has cost \$0\.\d+ in all\. \$0\.\d+ that was held ahead comes back/,
    )
    expect(stopWords('loses')).toContain('The pod, its disk and its address.')
    document.querySelector<HTMLElement>('[data-testid=stop-confirm]')?.click()
    await flushPromises()
    expect(api.calls.some(({ route }) => route.endsWith('/stop'))).toBe(true)
    expect(page.find('[data-testid=rental-phase]').text()).toBe('Stopping')
    expect(page.find('[data-testid=stop-button]').exists()).toBe(false)
  })

  it('stops at once for the person, however long the workers take to hear of it', async () => {
    const { page } = await setup(aRental({ phase: 'running', stopRequestedAt: '2026-03-01T12:00:02.000Z' }))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(page.find('[data-testid=rental-phase]').text()).toBe('Stopping')
    expect(page.text()).toContain('Billing has ended.')
    expect(page.find('[data-testid=rental-cost]').text()).toBe('$0.001166')
    expect(page.find('[data-testid=stop-button]').exists()).toBe(false)
    expect(page.find('[data-testid=ends-at]').exists()).toBe(false)
  })

  it('offers no extension before the pod runs, which would be refused', async () => {
    const { page } = await setup(aRental({ phase: 'verifying', ssh: null }))
    expect(page.find('[data-testid=stop-button]').exists()).toBe(true)
    expect(page.find('[data-testid=extend-button]').exists()).toBe(false)
  })

  it.for([
    ['keeps_disk_may_lose_gpu', 'keep the disk of a paused pod, but not its GPU'],
    ['keeps_disk_bills_full', 'charges a paused pod at its full price'],
    ['keeps_disk_and_gpu', 'could pause a pod with its disk and GPU'],
  ] as const)('says why nothing is kept where a provider %s', async ([stopStart, words]) => {
    const { page } = await setup(
      aRental({
        terms: { stopStart, teardownSeconds: 30, images: 'any', ports: 'published', environment: 'any' },
      }),
    )
    await page.find('[data-testid=stop-button]').trigger('click')
    await flushPromises()
    expect(stopWords('keeps')).toContain(words)
    expect(await accessibilityProblems()).toEqual([])
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
    expect(page.find('a[href="/market"]').exists()).toBe(true)
  })
})

const stopWords = (name: 'keeps' | 'costs' | 'loses') =>
  document.querySelector(`[data-testid=stop-${name}]`)?.textContent?.replace(/\s+/g, ' ').trim()

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
      [`GET /v1/rentals/${rental.id}/usage`]: () => ({
        step: 'hour',
        rows: [{ from: '2026-03-01T11:00:00.000Z', seconds: 3600, chargedMicros: 2_100_000 }],
      }),
      [`POST /v1/rentals/${rental.id}/stop`]: () => {
        current = { ...rental, phase: 'stopping', stopRequestedAt: rental.meter.asOf }
        return answer()
      },
      'GET /v1/ssh-keys': () => ({ items: [aSshKey] }),
      ...routes,
    },
  })
}
