import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DESKTOP, openMockDashboard, PHONE, type MockDashboard } from '../support/mock-dashboard.ts'
import { mockPages } from '../support/mock-pages.ts'

/** Cumulative layout shift from which on a page is said to jump; half of what counts as good elsewhere. */
const MOST_SHIFT = 0.05
/** Answers come late enough for every place that is kept for them to be drawn first. */
const DELAY_MS = 300

/** Those that load the most, and are what their address says without a click. */
const LOADED = new Set(['market', 'pods', 'wallet', 'operator', 'notifications'])
const pages = mockPages.filter(({ name }) => LOADED.has(name))

let dashboard: MockDashboard
beforeAll(async () => {
  dashboard = await openMockDashboard()
})
afterAll(() => dashboard?.close())

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)('on a %s', (_, viewport) => {
  test.each(pages)('$name stands still while what it shows is loaded', async (each) => {
    const context = await dashboard.browser.newContext({ baseURL: dashboard.origin, viewport })
    const page = await context.newPage()
    await page.addInitScript(watchShifts)
    await page.goto(`${each.path}?mock=${each.scenario ?? 'usual'}&mock-delay=${DELAY_MS}`)
    await each.open(page)
    await page.waitForTimeout(3 * DELAY_MS)
    const shifts = await shiftsOf(page)
    const sum = shifts.reduce((total, { value }) => total + value, 0)
    // Why not the sum alone: what moved is told with it.
    expect({ sum, shifts }).toSatisfy((found: { sum: number }) => found.sum < MOST_SHIFT)
    await context.close()
  })
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
