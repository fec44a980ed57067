import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMockDashboard, type MockDashboard } from '../support/mock-dashboard.ts'
import { firstOffer } from '../support/visitor.ts'
import { WIDTHS } from '../support/widths.ts'

let dashboard: MockDashboard
beforeAll(async () => {
  dashboard = await openMockDashboard()
})
afterAll(() => dashboard?.close())

describe.each(WIDTHS)('thousands of offers on %s', (_, viewport) => {
  test('are all there to the last, with a handful of them in the page at any time', async () => {
    const { page } = await dashboard.visit('/market', { viewport, scenario: 'big-market' })
    await firstOffer(page).waitFor()
    let mostAtOnce = 0
    const shown = async (): Promise<string> => {
      mostAtOnce = Math.max(mostAtOnce, await page.getByTestId('offer-row').count())
      await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
      return (await page.getByText(/^Showing /).textContent()) ?? ''
    }
    await expect.poll(shown, { timeout: 90_000, interval: 50 }).toMatch(/^Showing (2,\d{3}) of \1/)
    expect(mostAtOnce).toBeLessThan(60)
    await page.context().close()
  })
})
