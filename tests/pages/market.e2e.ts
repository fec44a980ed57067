import { expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { firstOffer, getJson, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

const { visit } = useVisitors()

test('a visitor narrows the market by facets that count, goes back and forward, and sorts', async () => {
  const { page } = await visit({ login: null, viewport: DESKTOP })
  await page.goto('/market')
  const provider = page.getByRole('group', { name: 'Provider' }).locator('label').first()
  const name = (await provider.locator('span').first().textContent())!.trim()
  await provider.click()
  await page.waitForURL(/provider=/)
  await page.getByRole('button', { name: `Remove filter ${name}` }).waitFor()
  const shown = async () => /of (\d+)$/.exec((await page.getByText(/^Showing/).textContent())!.trim())?.[1]
  const matching = async () => {
    const { search } = new URL(page.url())
    return (await getJson<{ total: number }>(page.context(), `/v1/catalog/listings${search}`)).total
  }
  await expect
    .poll(async () => (await shown()) === String(await matching()), { timeout: 30_000, interval: 1000 })
    .toBe(true)
  await page.getByTestId('market-sort').selectOption('price_per_gpu')
  await page.waitForURL(/sort=price_per_gpu/)

  await page.goBack()
  await page.waitForURL((url) => !url.search.includes('sort='))
  await page.goBack()
  await page.waitForURL((url) => url.search === '')
  expect(await page.getByRole('button', { name: /^Remove filter/ }).count()).toBe(0)
  await page.goForward()
  await page.getByRole('button', { name: `Remove filter ${name}` }).waitFor()
  await page
    .getByTestId('offer-row')
    .getByText(/Confirmed/)
    .first()
    .waitFor()
})

test('opens an offer from the table by keyboard, and comes back to where they were', async () => {
  const { page } = await visit({ login: null, viewport: DESKTOP })
  await page.goto('/market?q=4090')
  const rent = page.getByTestId('rent-button').first()
  await rent.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(new URL(page.url()).pathname).toMatch(/^\/rent\//)
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/market\?q=4090$/)
  await rent.waitFor()
})

test('on a phone, filters in a sheet that says how many offers it shows', async () => {
  const { page, complaints } = await visit({ login: null, viewport: PHONE })
  await page.goto('/market')
  await firstOffer(page).waitFor()
  await page.getByRole('button', { name: 'Filters' }).click()
  const sheet = page.getByRole('dialog', { name: 'Filters' })
  await sheet.getByRole('group', { name: 'GPUs per pod' }).getByText('8×', { exact: true }).click()
  await page.waitForURL(/gpuCount=8/)
  expect(await accessibilityProblems(page)).toEqual([])
  await sheet.getByRole('button', { name: /^Show \d+ offer/ }).click()
  await sheet.waitFor({ state: 'detached' })
  await expect.poll(() => firstOffer(page).textContent()).toMatch(/8×/)
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  expect(complaints.filter((words) => !words.includes('401'))).toEqual([])
})

test('on a phone, three offers are put side by side, read without scrolling sideways, sent on, and one is rented', async () => {
  const { page } = await visit({ login: null, viewport: PHONE })
  await page.goto('/market?q=4090')
  const check = page.getByTestId('compare-check')
  const tray = page.getByTestId('compare-tray')
  await check.nth(0).click()
  await tray.getByText('Choose one more').waitFor()
  expect(await page.getByTestId('compare-open').isDisabled()).toBe(true)
  await check.nth(1).click()
  await check.nth(2).click()
  await tray.getByText('Compare 3').click()
  const table = page.getByRole('table')
  await table.waitFor()
  expect(await table.getByRole('columnheader').count()).toBe(3)
  expect(await table.getByRole('rowheader').count()).toBeGreaterThan(10)
  const hidden = await table.evaluate((each) => each.scrollWidth - each.parentElement!.clientWidth)
  expect(hidden).toBeLessThanOrEqual(0)
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  expect(await accessibilityProblems(page)).toEqual([])

  const other = await page.context().newPage()
  await other.goto(page.url())
  await other.getByTestId('compare-open').getByText('Compare 3').waitFor()
  await other.close()
  const rent = page.getByTestId('compare-rent').nth(1)
  const [, price] = /(\$[\d.]+)/.exec((await rent.getAttribute('aria-label'))!)!
  await rent.click()
  await page.waitForURL(/\/rent\/.*compare=/)
  await page.getByTestId('quote-price').waitFor()
  expect(await page.getByTestId('quote-price').textContent()).toContain(price)
  await page.getByRole('button', { name: 'Close' }).click()
  await tray.getByText('Compare 3').waitFor()
})

test('nothing that fits is said with a way out for each filter', async () => {
  const { page } = await visit({ login: null, viewport: PHONE })
  await page.goto('/market?q=4090&continent=AF&maxPrice=0.01')
  await page.getByText('No offer matches').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  for (const way of [/^Without Africa/, /^Without up to/])
    await page.getByRole('button', { name: way }).click()
  await firstOffer(page).waitFor()
  expect(new URL(page.url()).search).toBe('?q=4090')
})

test('a market that cannot be read says so with a number to quote, and is read again by a press', async () => {
  const { page } = await visit({ login: null, viewport: DESKTOP })
  const listings = '**/v1/catalog/listings?*'
  const problem = { type: 'about:blank', title: 'x', status: 500, instance: '/', code: 'internal' }
  await page.route(listings, (route) =>
    route.fulfill({ status: 500, json: { ...problem, detail: 'Something broke.', requestId: 'req_lost' } }),
  )
  await page.goto('/market')
  const notice = page.getByTestId('failure')
  await notice.waitFor()
  expect(await notice.textContent()).toContain('req_lost')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.unroute(listings)
  await notice.getByRole('button', { name: 'Try again' }).click()
  await firstOffer(page).waitFor()
  expect(await notice.count()).toBe(0)
})

test('a market whose connection breaks fills itself when it is back', async () => {
  const { page } = await visit({ login: null, viewport: PHONE })
  const listings = '**/v1/catalog/listings?*'
  await page.route(listings, (route) => route.abort())
  await page.goto('/market')
  await page.locator('[data-testid=failure][data-code=unreachable]').waitFor()
  await page.getByTestId('connection-lost').waitFor()
  await page.unroute(listings)
  await firstOffer(page).waitFor()
  await page.getByTestId('connection-lost').waitFor({ state: 'detached' })
  expect(await page.getByTestId('failure').count()).toBe(0)
})
