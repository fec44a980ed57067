import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { aUser } from '../../../shared/testing/mount-page.ts'
import { aRentalPage, aStuckRental } from '../testing/examples.ts'
import { byTestId, mountOperations, type } from '../testing/mount-operations.ts'

const { id } = aStuckRental()

afterEach(() => {
  vi.useRealTimers()
})

describe('what operators see of rentals', () => {
  it('says whose it is, since when it waits, for what, and in whose words', async () => {
    const { page } = await mountOperations()
    expect(page.get('[data-testid=operator-counts]').text()).toContain('1 stuck, 7 live')
    const row = page.get('[data-testid=operator-rental]').text()
    for (const words of ['ada', '2 × H100', 'RunPod', 'Stopping', 'for 12m']) expect(row).toContain(words)
    expect(page.get('[data-testid=operator-trouble]').text()).toMatch(
      /Waits for RunPod to destroy the pod.*10m ago/s,
    )
    expect(page.get('[data-testid=operator-words] q[lang=en]').text()).toBe('HTTP 503: upgrading')
  })

  it('leads to the rental and to the same list in Temporal Web', async () => {
    const { page } = await mountOperations()
    expect(page.get('[data-testid=temporal-link]').attributes('href')).toBe(aStuckRental().temporalUrl)
    expect(page.get('[data-testid=temporal-list]').attributes('href')).toBe(aRentalPage([]).temporalUrl)
  })

  it('tells the reason of one that has ended, and offers nothing to do with it', async () => {
    const ended = aStuckRental({
      phase: 'ended',
      health: 'ok',
      trouble: null,
      endReason: 'failed',
      endDetail: 'The host does not boot.',
    })
    const { page } = await mountOperations({
      routes: { 'GET /v1/operator/rentals': () => aRentalPage([ended]) },
    })
    expect(page.text()).toContain('It could not be started')
    expect(page.text()).toContain('The host does not boot.')
    expect(page.find('[data-testid=retry-now]').exists()).toBe(false)
    expect(page.find('[data-testid=force-end]').exists()).toBe(false)
  })

  it('is glad when nothing is stuck', async () => {
    const { page } = await mountOperations({ routes: { 'GET /v1/operator/rentals': () => aRentalPage([]) } })
    expect(page.text()).toContain('Nothing is stuck')
  })

  it('keeps filters in the address and asks for exactly these', async () => {
    const asked: string[] = []
    const { page, router } = await mountOperations({
      at: '/market?state=all&handle=ada',
      routes: {
        'GET /v1/operator/rentals': ({ url }) => {
          asked.push(url.searchParams.toString())
          return aRentalPage([], asked.length === 1 ? 'next' : null)
        },
      },
    })
    expect(asked).toEqual(['state=all&pageSize=50&handle=ada'])
    expect(page.text()).toContain('No rental matches')
    await page.get('[data-testid=filter-phase]').setValue('launching')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ state: 'all', handle: 'ada', phase: 'launching' })
    expect(asked.at(-1)).toBe('state=all&pageSize=50&phase=launching&handle=ada')
  })

  it('has a name for everything that can be used', async () => {
    await mountOperations()
    expect(await accessibilityProblems()).toEqual([])
  })
})

describe('what operators do to rentals', () => {
  it('retries at once, and can do so again when that was in vain', async () => {
    const { page, api } = await mountOperations({
      routes: { [`POST /v1/operator/rentals/${id}/retry`]: () => aStuckRental() },
    })
    const retry = page.get('[data-testid=retry-now]')
    await retry.trigger('click')
    await flushPromises()
    expect(api.calls.map(({ route }) => route)).toContain(`POST /v1/operator/rentals/${id}/retry`)
    expect([retry.text(), retry.attributes('disabled')]).toEqual(['Told to retry', ''])
    await vi.advanceTimersByTimeAsync(16_000)
    expect([retry.text(), retry.attributes('disabled')]).toEqual(['Retry now', undefined])
  })

  it('says so when Temporal does not take the order', async () => {
    const { page } = await mountOperations({
      routes: {
        [`POST /v1/operator/rentals/${id}/retry`]: () =>
          refuse('orchestrator_unavailable', 'Temporal does not answer. Repeat it in a minute.'),
      },
    })
    await page.get('[data-testid=retry-now]').trigger('click')
    await flushPromises()
    expect(page.text()).toContain('Temporal does not answer. Repeat it in a minute.')
    expect(page.get('[data-testid=retry-now]').attributes('disabled')).toBeUndefined()
  })

  it('ends one only with a reason, which the renter reads', async () => {
    const { page, api } = await mountOperations({
      routes: { [`POST /v1/operator/rentals/${id}/force-end`]: () => aStuckRental() },
    })
    await page.get('[data-testid=force-end]').trigger('click')
    await flushPromises()
    expect(document.body.textContent).toContain('The pod of ada and its disk are destroyed')
    expect(await accessibilityProblems()).toEqual([])
    expect(byTestId<HTMLButtonElement>('end-confirm').disabled).toBe(true)
    type('end-reason', '  the host is lost ')
    await flushPromises()
    byTestId('end-confirm').click()
    await flushPromises()
    expect(api.calls).toContainEqual(
      expect.objectContaining({
        route: `POST /v1/operator/rentals/${id}/force-end`,
        body: { reason: 'the host is lost' },
      }),
    )
    expect(page.get('[data-testid=force-end]').text()).toBe('Told to end')
  })
})

it('is a page that is not there to everybody else, and asks the API for nothing', async () => {
  const { page, api } = await mountOperations({ routes: { 'GET /v1/auth/me': () => aUser } })
  expect(page.text()).toContain('Page not found')
  expect(api.calls.map(({ route }) => route)).toEqual(['GET /v1/auth/me'])
})
