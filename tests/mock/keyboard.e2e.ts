import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { openMockDashboard, type MockDashboard } from '../support/mock-dashboard.ts'

let dashboard: MockDashboard
beforeAll(async () => {
  dashboard = await openMockDashboard()
})
afterAll(() => dashboard?.close())

async function visitPods(): Promise<Page> {
  const { page } = await dashboard.visit('/pods')
  await page.getByTestId('live-pods').waitFor()
  return page
}

test('the palette finds a pod by its name', async () => {
  const page = await visitPods()
  await page.keyboard.press('Control+k')
  await page.getByTestId('palette').waitFor()
  await page.keyboard.type('llama')
  await page
    .getByRole('option', { name: /llama-finetune/ })
    .first()
    .waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.keyboard.press('Enter')
  await page.getByTestId('ssh-command').waitFor()
  expect(page.url()).toContain('/pods/rent_')
  await page.context().close()
})

test('the palette rents the cheapest H100, spot machines aside', async () => {
  const page = await visitPods()
  await page.keyboard.press('Control+k')
  await page.getByTestId('palette').waitFor()
  await page.keyboard.type('cheapest h100 80')
  await page
    .getByRole('option', { name: /cheapest H100 80/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByTestId('rent-submit').waitFor()
  expect(decodeURIComponent(page.url())).toMatch(/rent\/vast:SG-1\/h100\/1/)
  await page.context().close()
})

test('keys lead to every place, and can be turned off', async () => {
  const page = await visitPods()
  for (const [key, path] of [
    ['o', '/market'],
    ['b', '/wallet'],
    ['k', '/keys'],
    ['r', '/pods'],
  ] as const) {
    // Pressed again until it worked: on a busy machine the two keys may come too far apart.
    const go = async () => {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      return new URL(page.url()).pathname
    }
    await expect.poll(go, { timeout: 30_000, interval: 500 }).toBe(path)
  }
  await page.keyboard.press('?')
  await page.getByTestId('shortcut-help').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByTestId('single-keys').click()
  await page.keyboard.press('Escape')
  await page.getByTestId('shortcut-help').waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.keyboard.press('Control+k')
  await page.getByTestId('palette').waitFor()
  expect(await page.getByTestId('shortcut-help').count()).toBe(0)
  await page.context().close()
})

test('the first tab stop skips to the content', async () => {
  const page = await visitPods()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement?.id')).toBe('content')
  await page.context().close()
})

test('the language is chosen in the menu, without a mouse, and kept', async () => {
  const page = await visitPods()
  await page.getByTestId('user-menu').press('Enter')
  await page.getByRole('menuitemcheckbox', { name: '简体中文' }).press('Enter')
  await page.getByRole('heading', { name: '已结束' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: '已结束' }).waitFor()
  expect(await page.title()).toBe('Pod · Berth')
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  await page.context().close()
})

test('who is not signed in yet has the language at hand too', async () => {
  const { page } = await dashboard.visit('/sign-in', { scenario: 'visitor' })
  await page.getByTestId('language').selectOption('简体中文')
  await page.getByRole('heading', { name: /按秒租用/ }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: /按秒租用/ }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  await page.context().close()
})
