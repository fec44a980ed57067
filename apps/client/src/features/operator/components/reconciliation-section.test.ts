import type { VueWrapper } from '@vue/test-utils'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { aReconciledRental, aReconciliation, NOW } from '../testing/examples.ts'
import { mountOperations } from '../testing/mount-operations.ts'

afterEach(() => {
  vi.useRealTimers()
})

const section = (page: VueWrapper) => page.get('[data-testid=reconciliation]')

it('tells what each rental cost by whose word, and what can not be explained looks like it', async () => {
  const unanswered = aReconciledRental({
    rentalId: 'rent_01ARZ3NDEKTSV4RRFFQ69G5FAW',
    source: 'estimate',
    differenceMicros: null,
    deviation: null,
    unanswered: 1,
    words: 'HTTP 503',
  })
  const { page } = await mountOperations({
    routes: {
      'GET /v1/operator/reconciliation': () => aReconciliation([aReconciledRental(), unanswered]),
    },
  })
  const [dear, asked] = page.findAll('[data-testid=reconciled-rental]').map((row) => row.text())
  for (const words of ['$2.40', 'its bill', '−$0.40', '+$0.50', 'More than it can have cost'])
    expect(dear).toContain(words)
  for (const words of ['our estimate', 'asked again tonight', 'HTTP 503', '–']) expect(asked).toContain(words)
  expect(page.get('[data-testid=reconciled-providers] tbody').text()).toContain('RunPod7')
  expect(await accessibilityProblems()).toEqual([])
})

it('says when it last ran and what that found', async () => {
  const { page } = await mountOperations()
  expect(page.get('[data-testid=last-reconciliation]').text()).toBe(
    'Last run 8h ago: 7 pods, 1 flagged, 2 unanswered.',
  )
  expect(page.get('[data-testid=reconciliation-csv]').attributes('href')).toBe(
    '/v1/operator/reconciliation.csv',
  )
})

it('runs when it is told to, and can not be told twice while it does', async () => {
  let finishedAt: string | null = NOW
  const { lastRun } = aReconciliation([])
  const { page, api } = await mountOperations({
    routes: {
      'GET /v1/operator/reconciliation': () =>
        aReconciliation([], { lastRun: lastRun && { ...lastRun, startedAt: NOW, finishedAt } }),
      'POST /v1/operator/reconciliation/runs': () => {
        finishedAt = null
        return { lastRun }
      },
    },
  })
  expect(section(page).text()).toContain('Nothing has been reconciled yet')
  await page.get('[data-testid=reconcile-now]').trigger('click')
  await flushPromises()
  expect(api.calls).toContainEqual(
    expect.objectContaining({ route: 'POST /v1/operator/reconciliation/runs' }),
  )
  expect(page.get('[data-testid=last-reconciliation]').text()).toContain('A run is under way')
  expect(page.get('[data-testid=reconcile-now]').attributes('disabled')).toBeDefined()
})

it('moves by itself when the run that was asked for begins, and when it ends', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { lastRun } = aReconciliation([])
  let state: 'waiting' | 'under way' | 'finished' = 'waiting'
  const { page } = await mountOperations({
    routes: {
      'GET /v1/operator/reconciliation': () =>
        aReconciliation(state === 'finished' ? [aReconciledRental()] : [], {
          lastRun:
            lastRun && state !== 'waiting'
              ? { ...lastRun, startedAt: NOW, finishedAt: state === 'finished' ? NOW : null }
              : null,
        }),
      'POST /v1/operator/reconciliation/runs': () => ({ lastRun: null }),
    },
  })
  const status = () => page.get('[data-testid=last-reconciliation]').text()
  const aMoment = async () => {
    await vi.advanceTimersByTimeAsync(2_000)
    await flushPromises()
  }
  await page.get('[data-testid=reconcile-now]').trigger('click')
  await flushPromises()
  await aMoment()
  expect(status()).toBe('There has been no run yet.')
  expect(page.get('[data-testid=reconcile-now]').text()).toBe('Asked for')
  state = 'under way'
  await aMoment()
  expect(status()).toContain('A run is under way')
  expect(page.get('[data-testid=reconcile-now]').text()).toBe('Run now')
  state = 'finished'
  await aMoment()
  expect(status()).toContain('7 pods')
  expect(page.find('[data-testid=reconciled-rental]').exists()).toBe(true)
})

it('shows what needs a look alone, and says when that is nothing', async () => {
  const { page } = await mountOperations({
    routes: {
      'GET /v1/operator/reconciliation': ({ url }) =>
        aReconciliation(url.searchParams.get('state') === 'attention' ? [] : [aReconciledRental()]),
    },
  })
  await page.get('[data-testid=reconciliation-attention]').trigger('click')
  await flushPromises()
  expect(section(page).text()).toContain('Nothing needs a look')
})

it('says so when it cannot be read, and when Temporal does not hear the button', async () => {
  const { page } = await mountOperations({
    routes: {
      'GET /v1/operator/reconciliation': () => refuse('internal', 'The ledger is busy.'),
      'POST /v1/operator/reconciliation/runs': () =>
        refuse('orchestrator_unavailable', 'Temporal does not answer.'),
    },
  })
  expect(section(page).text()).toContain('The reconciliation could not be read')
  await page.get('[data-testid=reconcile-now]').trigger('click')
  await flushPromises()
  expect(section(page).text()).toContain('Temporal does not answer.')
})
