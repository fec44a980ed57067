import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMockDashboard, type MockDashboard } from '../support/mock-dashboard.ts'
import { mockPages } from '../support/mock-pages.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

/** Cumulative layout shift from which on a page is said to jump; half of what counts as good elsewhere. */
const MOST_SHIFT = 0.05
/** Answers come late enough for every place that is kept for them to be drawn first. */
const DELAY_MS = 300

const visits = mockPages.map(({ name, path, scenario = 'usual', open }) => ({ name, path, scenario, open }))

/** Where nothing has to be pressed: what the address shows, once nothing more is loaded. */
const settled = async (page: Page) => {
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' })
}
/** Where less is shown than a place was kept for, or more: nothing runs, nothing is offered, a bar asks for money. */
const otherWorlds = (
  [
    ['new', ['/market', '/wallet', '/wallet/usage', '/keys', '/notifications']],
    ['low-balance', ['/pods', '/wallet']],
    ['in-debt', ['/market', '/wallet']],
    ['empty-market', ['/market']],
  ] as const
).flatMap(([scenario, paths]) => paths.map((path) => ({ name: path, path, scenario, open: settled })))

let dashboard: MockDashboard
let people: Record<'desktop' | 'phone', BrowserContext>
beforeAll(async () => {
  dashboard = await openMockDashboard()
  const [desktop, phone] = await Promise.all(
    [DESKTOP, PHONE].map((viewport) => dashboard.browser.newContext({ baseURL: dashboard.origin, viewport })),
  )
  people = { desktop: desktop!, phone: phone! }
})
afterAll(() => dashboard?.close())

describe.concurrent.each([['desktop'], ['phone']] as const)('on a %s', (device) => {
  test.each([...visits, ...otherWorlds])(
    '$name stands still while what it shows is loaded, in the world "$scenario"',
    async ({ path, scenario, open }) => {
      const { page } = await dashboard.visit(path, {
        scenario,
        context: people[device],
        delayMs: DELAY_MS,
        watch: watchShifts,
      })
      await open(page)
      await page.waitForTimeout(3 * DELAY_MS)
      const shifts = await shiftsOf(page)
      const sum = shifts.reduce((total, { value }) => total + value, 0)
      // Why not the sum alone: what moved is told with it.
      expect({ sum, shifts }).toSatisfy((found: { sum: number }) => found.sum < MOST_SHIFT)
      await page.close()
    },
  )
})

interface Shift {
  value: number
  /** What moved, by its beginning. */
  moved: string[]
}

/** Runs in the page, before it does. */
function watchShifts(): void {
  const shifts: Shift[] = []
  Object.assign(window, { shifts })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as LayoutShift[]) {
      if (entry.hadRecentInput) continue
      const moved = entry.sources.map(({ node }) =>
        node instanceof Element ? node.outerHTML.slice(0, 120) : '',
      )
      shifts.push({ value: entry.value, moved })
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

interface LayoutShift extends PerformanceEntry {
  value: number
  hadRecentInput: boolean
  sources: readonly { node?: Node | null }[]
}

const shiftsOf = (page: Page): Promise<Shift[]> => page.evaluate('window.shifts')
