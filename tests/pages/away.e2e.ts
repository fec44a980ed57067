import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { firstOffer, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()
const PAGES = ['/market', '/pods', '/wallet', '/keys', '/api-keys', '/sessions', '/notifications'] as const

describe.each(WIDTHS)('on %s', (_, viewport) => {
  test('a device without a network is told so on every page, which keeps what it shows', async () => {
    const { page } = await visit({ viewport, key: true })
    for (const path of PAGES) {
      await page.goto(path)
      const heading = page.getByRole('heading', { level: 1 })
      await heading.waitFor()
      await page.locator('[data-testid=live-mark][data-state=live]').waitFor()
      const title = await heading.textContent()
      await page.context().setOffline(true)
      await page.getByTestId('connection-lost').waitFor()
      expect(await page.getByTestId('connection-lost').textContent()).toContain('This device is offline')
      expect([path, await heading.textContent()]).toEqual([path, title])
      expect([path, await page.getByTestId('failure').count()]).toEqual([path, 0])
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
      await page.context().setOffline(false)
      await page.getByTestId('connection-lost').waitFor({ state: 'detached' })
    }
    await page.context().setOffline(true)
    await page.getByTestId('connection-lost').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
  })
})

test('a session that lapses under a half filled form asks to sign in beside it, and the form is there afterwards', async () => {
  const { page, login } = await visit({ key: true })
  await page.goto('/market?q=4090&provider=runpod')
  await firstOffer(page).click()
  await page.locator('[data-testid=ssh-key-choice] input:checked').waitFor({ state: 'attached' })
  await page.getByTestId('ports').fill('9000')
  await page.context().clearCookies()
  await page.getByTestId('duration-budget').click()
  await page.getByTestId('rent-sign-in').waitFor()
  expect(await page.getByTestId('ports').inputValue()).toBe('9000')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByTestId('rent-sign-in').click()
  await page.getByTestId('sign-in-github').click()
  await page.getByTestId('new-login').fill(login!)
  await page.getByTestId('authorize-new').click()
  await page.waitForURL(({ pathname }) => pathname.startsWith('/rent/'))
  await page.locator('[data-testid=ssh-key-choice] input:checked').waitFor({ state: 'attached' })
  expect(await page.getByTestId('ports').inputValue()).toBe('9000')
  await page.getByTestId('duration-budget').locator('input:checked').waitFor({ state: 'attached' })
})

test('an address that leads nowhere says so and leads to the market', async () => {
  const { page } = await visit({ login: null })
  await page.goto('/no/such/berth')
  await page.getByRole('heading', { name: 'Page not found' }).waitFor()
  expect(await page.title()).toContain('Page not found')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByRole('link', { name: 'Go to the market' }).click()
  await firstOffer(page).waitFor()
})

describe.each(WIDTHS)('on %s', (_, viewport) => {
  test('the palette finds and opens the cheapest of a GPU, by keyboard alone', async () => {
    const { page } = await visit({ login: null, viewport })
    await page.goto('/sign-in')
    await page.getByTestId('open-palette').press('Enter')
    await page.getByTestId('palette').waitFor()
    await page.keyboard.type('cheapest rtx 4090')
    await page
      .getByRole('option', { name: /cheapest RTX 4090/ })
      .first()
      .waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await page.keyboard.press('Enter')
    await page.waitForURL(({ pathname }) => pathname.startsWith('/rent/'))
    await page.getByTestId('rent-sign-in').waitFor()
  })
})
