import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { englishOn } from '../support/foreign-words.ts'
import { openMockDashboard, type MockDashboard } from '../support/mock-dashboard.ts'
import { mockPages } from '../support/mock-pages.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

let dashboard: MockDashboard
beforeAll(async () => {
  dashboard = await openMockDashboard()
})
afterAll(() => dashboard?.close())

const sizes = { desktop: DESKTOP, phone: PHONE } as const

describe.each(Object.entries(sizes))('on a %s', (_, viewport) => {
  test.each(mockPages)('$name is whole and accessible in both themes', async (each) => {
    const { page, complaints } = await dashboard.visit(each.path, {
      viewport,
      scenario: each.scenario ?? 'usual',
    })
    await each.open(page)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.title()).toMatch(/^.+ · Berth$/)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

test.each(mockPages)(
  '$name speaks Chinese from the first word to somebody whose browser does',
  async (each) => {
    const { page, complaints } = await dashboard.visit(each.path, {
      locale: 'zh-CN',
      scenario: each.scenario ?? 'usual',
    })
    await each.open(page)
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    expect(await page.locator('h1').first().textContent()).toMatch(each.titleInChinese)
    expect(await englishOn(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  },
)
