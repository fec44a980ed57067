import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { OUR_FAILURE } from '../support/our-failure.ts'
import { useVisitors } from '../support/visitors.ts'
import { sidewaysScroll } from '../support/visitor.ts'
import { WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()

describe.each(WIDTHS)('on %s, an operator', (_, viewport) => {
  test('sees rentals, providers, books and bills, narrows the list, and switches nothing without a reason', async () => {
    const { page, complaints } = await visit({ viewport, login: 'operator' })
    await page.getByTestId('user-menu').click()
    await page.getByRole('menuitem', { name: 'Operations' }).click()
    await page.getByTestId('operator-provider').first().waitFor()
    await page.getByTestId('books-wallets').waitFor()
    await page.getByTestId('reconcile-now').waitFor()
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page)).toEqual([])

    await page.getByTestId('state-all').click()
    await page.getByTestId('filter-handle').fill('nobody-of-that-name')
    await page.getByTestId('filter-handle').press('Enter')
    await page.getByText('No rental matches').waitFor()
    await page.reload()
    await page.getByText('No rental matches').waitFor()
    expect(await page.getByTestId('filter-handle').inputValue()).toBe('nobody-of-that-name')

    await accountOf(page, 'lambda').getByTestId('switch').click()
    await page.getByTestId('switch-off').check()
    expect(await page.getByTestId('switch-confirm').isDisabled()).toBe(true)
    await page.getByTestId('switch-reason').fill('Pods lose their network.')
    expect(await page.getByTestId('switch-confirm').isEnabled()).toBe(true)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await accountOf(page, 'lambda').getByTestId('switch').textContent()).toBe('On')
    expect(complaints).toEqual([])
  })
})

test('each part that cannot be read says so by itself, leaves the others alone, and comes back', async () => {
  const { page } = await visit({ login: 'operator' })
  for (const part of ['rentals', 'providers', 'reconciliation']) {
    await page.route(new RegExp(`/v1/operator/${part}(\\?|$)`), (route) =>
      route.fulfill({ status: 502, body: 'bad gateway' }),
    )
  }
  // Why another: what nobody answered is asked for again by itself, what the API failed at is for a person to try.
  await page.route(/\/v1\/operator\/books/, (route) => route.fulfill(OUR_FAILURE))
  await page.goto('/operator')
  for (const words of ['rentals', 'providers', 'books', 'reconciliation']) {
    await page.getByText(`The ${words} could not be read`).waitFor()
  }
  expect(await accessibilityProblems(page)).toEqual([])
  await page.unrouteAll()
  await page.getByTestId('operator-provider').first().waitFor()
  await page.getByText('Nothing is stuck').or(page.getByTestId('operator-rental').first()).waitFor()
  await page
    .getByTestId('failure')
    .filter({ hasText: 'The books could not be read' })
    .getByRole('button', { name: 'Try again' })
    .click()
  await page.getByTestId('books-wallets').waitFor()
  await expect.poll(() => page.getByTestId('failure').count(), { timeout: 60_000 }).toBe(0)
})

test('a switch that was not heard keeps its dialog and says so', async () => {
  const { page } = await visit({ login: 'operator' })
  await page.goto('/operator')
  await page.route('**/v1/operator/providers/**', (route) => route.abort())
  await accountOf(page, 'verda').getByTestId('switch').click()
  await page.getByTestId('switch-drain').check()
  await page.getByTestId('switch-reason').fill('Pods lose their network.')
  await page.getByTestId('switch-confirm').click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-code=unreachable]').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(await accountOf(page, 'verda').getByTestId('switch').textContent()).toBe('On')
})

test.each(WIDTHS)('on %s, for everybody else there is no such page', async (_, viewport) => {
  const { page } = await visit({ viewport })
  await page.goto('/operator')
  await page.getByRole('heading', { name: 'Page not found' }).waitFor()
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  expect((await page.request.get('/v1/operator/books')).status()).toBe(404)
})

const accountOf = (page: Page, account: string) =>
  page.locator(`[data-testid=operator-provider][data-account=${account}]`)
