import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { anAccount, NOW } from '../testing/examples.ts'
import { byTestId, mountOperations, type } from '../testing/mount-operations.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('what operators see of providers', () => {
  it('shows the figures a switch is decided by', async () => {
    const { page } = await mountOperations()
    const row = page.get('[data-testid=operator-provider]').text()
    for (const words of ['RunPod', 'On', '10s ago', '1,234 ms', '846', '75% · 3 of 4'])
      expect(row).toContain(words)
  })

  it('tells an error that goes on from one that is over', async () => {
    const failing = anAccount({ lastError: 'HTTP 503', lastErrorAt: NOW })
    const healed = anAccount({
      account: 'runpod-2',
      lastError: 'HTTP 502',
      lastErrorAt: '2026-03-01T11:00:00.000Z',
    })
    const { page } = await mountOperations({
      routes: { 'GET /v1/operator/providers': () => ({ items: [failing, healed], asOf: NOW }) },
    })
    const errors = page.findAll('[data-testid=provider-error] > q')
    expect(errors.map((error) => [error.text(), error.classes()])).toEqual([
      ['HTTP 503', ['text-error']],
      ['HTTP 502', ['text-muted']],
    ])
    expect(page.text()).toContain('runpod-2')
  })
})

describe('the switch of a provider', () => {
  it('drains one with a reason, and shows it at once', async () => {
    let account = anAccount()
    const { page, api } = await mountOperations({
      routes: {
        'GET /v1/operator/providers': () => ({ items: [account], asOf: NOW }),
        'PUT /v1/operator/providers/runpod': ({ body }) => {
          account = anAccount({ status: 'drain', ...(body as { reason: string }) })
          return account
        },
      },
    })
    await openSwitch(page)
    expect(await accessibilityProblems()).toEqual([])
    byTestId('switch-drain').click()
    await flushPromises()
    expect(byTestId<HTMLButtonElement>('switch-confirm').disabled).toBe(true)
    type('switch-reason', 'Pods do not boot.')
    await flushPromises()
    await confirm()
    expect(api.calls).toContainEqual(
      expect.objectContaining({
        route: 'PUT /v1/operator/providers/runpod',
        body: { status: 'drain', reason: 'Pods do not boot.' },
      }),
    )
    const row = page.get('[data-testid=operator-provider]').text()
    expect(row).toContain('Draining')
    expect(row).toContain('Pods do not boot.')
  })

  it('opens one again without asking why', async () => {
    const { page, api } = await mountOperations({
      routes: {
        'GET /v1/operator/providers': () => ({
          items: [anAccount({ status: 'off', reason: 'No credit.' })],
          asOf: NOW,
        }),
        'PUT /v1/operator/providers/runpod': () => anAccount(),
      },
    })
    await openSwitch(page)
    byTestId('switch-on').click()
    await flushPromises()
    await confirm()
    expect(api.calls).toContainEqual(
      expect.objectContaining({ route: 'PUT /v1/operator/providers/runpod', body: { status: 'on' } }),
    )
  })

  it('stays open and says why it could not be switched', async () => {
    const { page } = await mountOperations({
      routes: {
        'PUT /v1/operator/providers/runpod': () => refuse('not_found', 'There is no upstream account.'),
      },
    })
    await openSwitch(page)
    await confirm()
    expect(document.body.textContent).toContain('There is no upstream account.')
  })

  async function openSwitch(page: Awaited<ReturnType<typeof mountOperations>>['page']) {
    await page.get('[data-testid=switch]').trigger('click')
    await flushPromises()
  }
  async function confirm() {
    byTestId('switch-confirm').click()
    await flushPromises()
  }
})

describe('the books', () => {
  it('add up by provider, and a loss looks like one', async () => {
    const { page } = await mountOperations()
    expect(page.get('[data-testid=books-margin]').text()).toBe('−$0.100000')
    expect(page.get('[data-testid=books-margin]').classes()).toContain('text-error')
    expect(page.get('[data-testid=books-wallets]').text()).toBe('$125.000000')
    expect(page.get('[data-testid=books-providers] tbody').text()).toContain('RunPod12')
  })

  it('say so when they cannot be read, and nothing else is missing for it', async () => {
    const { page } = await mountOperations({
      routes: { 'GET /v1/operator/books': () => refuse('internal', 'The ledger is busy.') },
    })
    expect(page.text()).toContain('The books could not be read')
    expect(page.find('[data-testid=operator-rental]').exists()).toBe(true)
  })
})
