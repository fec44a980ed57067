import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { getJson } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()

test.each(WIDTHS)(
  'on %s, somebody signs out by keyboard alone, is out in every tab, and finds nothing private on the way back',
  async (_, viewport) => {
    const { page } = await visit({ viewport })
    await page.goto('/wallet')
    const other = await page.context().newPage()
    await other.goto('/api-keys')
    await other.getByTestId('live-mark').and(other.locator('[data-state=live]')).waitFor()

    await page.getByTestId('user-menu').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/sign-in$/)

    await other.waitForURL(/\/sign-in\?.*returnTo=.*api-keys/)
    await other.getByTestId('session-ended').waitFor()
    expect((await page.request.get('/v1/auth/me')).status()).toBe(401)

    await page.goBack()
    await page.waitForURL(/\/sign-in/)
    expect(await page.getByTestId('balance-pill').count()).toBe(0)
  },
)

test('who could not be signed out is told that they still are signed in', async () => {
  const { page } = await visit()
  await page.route('**/v1/auth/logout', (route) => route.abort())
  await chooseSignOut(page)
  await page.getByText('You are still signed in', { exact: true }).waitFor()
  expect((await page.request.get('/v1/auth/me')).status()).toBe(200)
  await page.unroute('**/v1/auth/logout')
  await chooseSignOut(page)
  await page.waitForURL(/\/sign-in$/)
  expect((await page.request.get('/v1/auth/me')).status()).toBe(401)
})

test('a session that has lapsed leads to the sign-in at the next step, and from there back to that step', async () => {
  const { page, login } = await visit()
  await page.goto('/market')
  await page.getByTestId('balance-pill').waitFor()
  await page.context().clearCookies()
  await page.getByRole('link', { name: 'Wallet' }).first().click()
  await page.getByTestId('session-ended').waitFor()
  await page.getByTestId('sign-in-github').click()
  await page.getByTestId('new-login').fill(login!)
  await page.getByTestId('authorize-new').click()
  await page.waitForURL(/\/wallet$/)
  expect(await getJson(page.context(), '/v1/auth/me')).toMatchObject({ handle: login })
})

async function chooseSignOut(page: Page): Promise<void> {
  await page.getByTestId('user-menu').click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
}
