import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { useVisitors } from '../support/visitors.ts'
import { sidewaysScroll } from '../support/visitor.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()

const isDark = (page: Page) => page.evaluate(() => document.documentElement.classList.contains('dark'))
const language = (page: Page) => page.evaluate(() => document.documentElement.lang)

test.each(WIDTHS)(
  'on %s, theme and language are chosen in the menu, hold in every tab and after a reload',
  async (_, viewport) => {
    const { page, complaints } = await visit({ viewport, colorScheme: 'light' })
    await page.goto('/sessions')
    const other = await page.context().newPage()
    await other.goto('/api-keys')
    await choose(page, 'Dark')
    await expect.poll(() => isDark(page)).toBe(true)
    await expect.poll(() => isDark(other)).toBe(true)
    await choose(page, '简体中文')
    await page.getByRole('heading', { name: '登录会话' }).waitFor()
    await other.getByRole('heading', { name: 'API 密钥' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: '登录会话' }).waitFor()
    expect([await isDark(page), await language(page)]).toEqual([true, 'zh-CN'])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)

    await choose(page, '跟随系统')
    await expect.poll(() => isDark(page)).toBe(false)
    await choose(page, 'English')
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
    expect(complaints).toEqual([])
  },
)

test('a browser that speaks Chinese is met in Chinese, in the theme of its system', async () => {
  const { page } = await visit({ login: null, locale: 'zh-CN', colorScheme: 'dark' })
  await page.goto('/sign-in')
  await page.getByText('使用 GitHub 继续').waitFor()
  expect([await isDark(page), await language(page)]).toEqual([true, 'zh-CN'])
  expect(await accessibilityProblems(page)).toEqual([])
})

async function choose(page: Page, item: string): Promise<void> {
  await page.getByTestId('user-menu').click()
  await page.getByRole('menuitemcheckbox', { name: item }).click()
  await page.getByRole('menu').waitFor({ state: 'detached' })
}
