import type { Statement, Usage } from '@berth/contract/schemas/reports'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { refuse } from '../../shared/testing/fake-api.ts'
import { mountPage } from '../../shared/testing/mount-page.ts'
import StatementPage from './pages/statement-page.vue'
import UsagePage from './pages/usage-page.vue'

afterEach(() => {
  vi.unstubAllGlobals()
})

const usage = (by: Usage['by']): Usage => ({
  from: '2026-03-01',
  to: '2026-03-03',
  by,
  rows:
    by === 'day'
      ? [
          { key: '2026-03-01', label: '2026-03-01', seconds: 3600, chargedMicros: 2_100_001, rentals: 1 },
          { key: '2026-03-03', label: '2026-03-03', seconds: 60, chargedMicros: 35_000, rentals: 2 },
        ]
      : [{ key: 'nvidia-h100', label: 'H100 80 GB', seconds: 3660, chargedMicros: 2_135_001, rentals: 2 }],
  totalSeconds: 3660,
  totalMicros: 2_135_001,
})

const statement: Statement = {
  month: '2026-03',
  name: 'Mona',
  email: 'mona@example.test',
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-04-01T00:00:00.000Z',
  openingMicros: 0,
  closingMicros: 22_864_999,
  movements: [
    { kind: 'charge', count: 3, amountMicros: -2_135_001 },
    { kind: 'top_up', count: 1, amountMicros: 25_000_000 },
  ],
  pods: [],
  ledgerHash: 'ab'.repeat(32),
  final: false,
}

describe('usage', () => {
  it('shows each day of the period, the newest first in the table, and the exact total', async () => {
    await open()
    expect(document.querySelectorAll('[data-testid=usage-bars] [data-testid=bars] > div')).toHaveLength(3)
    expect(rows().map((row) => row.querySelector('th')?.textContent.trim())).toEqual(['Mar 3', 'Mar 1'])
    expect(document.querySelector('[data-testid=usage-total]')?.textContent).toBe('$2.135001')
  })

  it('is summed up otherwise at a press, and the address keeps it', async () => {
    const { router, asked } = await open()
    document.querySelector<HTMLElement>('[data-testid=usage-by-gpu]')?.click()
    await flushPromises()
    expect(router.currentRoute.value.query).toMatchObject({ by: 'gpu' })
    expect(asked().at(-1)).toBe('gpu')
    expect(rows().map((row) => row.textContent)).toEqual([expect.stringContaining('H100 80 GB')])
  })

  it('hands out files of exactly the period that is shown', async () => {
    await open('/usage?period=last_month')
    const href = document.querySelector('[data-testid=csv-ledger]')?.getAttribute('href') ?? ''
    expect(href).toMatch(/^\/v1\/reports\/ledger\.csv\?from=\d{4}-\d\d-01&to=\d{4}-\d\d-(28|29|30|31)$/)
  })

  it('says that it could not be read, and offers to try again', async () => {
    await open('/usage', () => refuse('internal', 'The database is away.'))
    expect(document.querySelector('[data-testid=failure]')?.textContent).toContain('The database is away.')
  })
})

describe('a statement', () => {
  it('adds up, says that it may still change, and prints', async () => {
    const print = vi.fn<() => void>()
    vi.stubGlobal('print', print)
    await mountPage(StatementPage, {
      at: '/statement/2026-03',
      routes: { 'GET /v1/reports/statements/*': () => statement },
    })
    const text = document.querySelector('[data-testid=statement]')?.textContent ?? ''
    expect(text).toContain('mona@example.test')
    expect(text).toContain('−$2.135001')
    expect(document.querySelector('[data-testid=statement-closing]')?.textContent).toContain('$22.864999')
    expect(text).toContain('not over')
    document.querySelector<HTMLElement>('[data-testid=print-statement]')?.click()
    expect(print).toHaveBeenCalledOnce()
  })

  it.each([
    ['2026-13', 'no such month'],
    ['2099-01', 'January 2099 has not begun'],
  ])('of %s is not asked for, and the page says why', async (month, words) => {
    await mountPage(StatementPage, { at: `/statement/${month}`, routes: {} })
    expect(document.querySelector('[data-testid=statement-absent]')?.textContent).toContain(words)
    expect(document.querySelector('[data-testid=failure]')).toBeNull()
  })
})

const rows = () => [...document.querySelectorAll('[data-testid=usage-row]')]

async function open(at = '/usage', answer?: () => Response) {
  const groups: string[] = []
  const mounted = await mountPage(UsagePage, {
    at,
    routes: {
      'GET /v1/reports/usage': ({ url }) => {
        const by = url.searchParams.get('by') as Usage['by']
        groups.push(by)
        return answer?.() ?? usage(by)
      },
    },
  })
  await flushPromises()
  return { ...mounted, asked: () => groups }
}
