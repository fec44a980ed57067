import { randomBytes } from 'node:crypto'
import type { Balance, LedgerLine } from '@berth/contract/schemas/billing'
import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { getJson, postJson, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { PHONE } from '../support/widths.ts'

const { visit } = useVisitors()

test('an operator finds a person and corrects the wallet; a lost answer counts once, and the renter reads why', async () => {
  const renter = await visit()
  const { page } = await visit({ login: 'operator' })
  await page.goto('/operator')
  await page.getByTestId('tab-operator-people').click()
  await page.getByTestId('people-search').fill(renter.login!)
  await page.locator(`[data-testid=person-row][data-handle=${renter.login}]`).click()
  await page.getByTestId('person-available').getByText('$0.00').waitFor()
  await page.getByText('No pod is live').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])

  // It counts, and the answer is lost on the way back.
  await page.route('**/adjustments', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await page.getByTestId('correct-wallet').click()
  await page.getByTestId('adjust-amount').fill('5')
  await page.getByTestId('adjust-reason').fill('The pod was unusable for an hour.')
  expect(await page.getByTestId('preview-available').textContent()).toMatch(/0\.00.*5\.00/s)
  await page.getByTestId('adjust-confirm').click()
  await page.getByRole('dialog').locator('[data-code=unreachable]').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.unrouteAll()
  await page.getByTestId('adjust-confirm').click()
  await page.getByTestId('adjust-done').getByText('Credited $5.00').waitFor()
  await page.getByTestId('person-available').getByText('$5.00').waitFor()
  await page.getByTestId('ledger-corrections').click()
  const [line] = await corrections(page, 1)
  expect(line).toMatch(/by operator.*The pod was unusable for an hour\./s)

  const { items } = await getJson<{ items: LedgerLine[] }>(
    renter.page.context(),
    '/v1/billing/ledger?kind=adjustment',
  )
  expect(items).toMatchObject([{ amountMicros: 5_000_000, note: 'The pod was unusable for an hour.' }])
  await renter.page.goto('/wallet')
  await renter.page.getByText('The pod was unusable for an hour.').waitFor()

  await debitAndForgive(page)
  await corrections(page, 3)
  const balance = await getJson<Balance>(renter.page.context(), '/v1/billing/balance')
  expect(balance).toMatchObject({ availableMicros: 0, receivableMicros: 0 })
})

test('on a phone, an operator issues a code, sees it used, and takes it back for good', async () => {
  const { page, complaints } = await visit({ login: 'operator', viewport: PHONE })
  await page.goto('/operator')
  await page.getByTestId('operator-provider').first().waitFor()
  await page.getByTestId('books-wallets').waitFor()
  expect(await page.evaluate(SHEETS_THAT_SCROLL)).toBe(0)

  await page.getByTestId('tab-operator-promotions').click()
  const code = `E2E-${randomBytes(4).toString('hex').toUpperCase()}`
  await page.getByTestId('add-promotion').click()
  await page.getByTestId('promotion-create').click()
  await page.getByText('like SPRING-2026').waitFor()
  await page.getByTestId('promotion-code').fill(code.toLowerCase())
  await page.getByTestId('promotion-amountMicros').fill('7.50')
  await page.getByTestId('promotion-maxRedemptions').fill('3')
  await page.getByTestId('promotion-note').fill('Thank you for trying.')
  await page.getByText('$22.50 in all at most').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByTestId('promotion-create').click()
  const row = page.locator(`[data-testid=promotion-row][data-code=${code}]`)
  await row.getByText('0 of 3 used').waitFor()

  await redeem(page.context(), code)
  await page.reload()
  await row.getByText('1 of 3 used').waitFor()
  await row.getByTestId('switch-off').click()
  await page.getByTestId('switch-off-reason').fill('It was posted in public.')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByTestId('switch-off-confirm').click()
  await row.getByText(/Switched off .* by operator: .*It was posted in public/).waitFor()
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  const late = await visit()
  await late.page.goto('/wallet')
  await late.page.getByTestId('promotion-code').fill(code)
  await late.page.getByTestId('promotion-redeem').click()
  await late.page.getByText(`The code ${code} can not be redeemed any more`).waitFor()
  expect(complaints).toEqual([])
})

/** With the keyboard alone: takes more than there is, and gives up what is owed then. */
async function debitAndForgive(page: Page): Promise<void> {
  await page.getByTestId('correct-wallet').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('adjust-credit').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.keyboard.type('40')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Paid out by the bank.')
  await page.getByText('no pod can start').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByTestId('person-owed').getByText('$35.00').waitFor()
  await page.getByTestId('write-off').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('adjust-reason').focus()
  await page.keyboard.type('Ours to bear.')
  await page.getByTestId('adjust-confirm').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('adjust-done').getByText('Wrote off $35.00').waitFor()
  await page.getByTestId('write-off').waitFor({ state: 'detached' })
}

/** The corrections on the page, once there are so many. */
async function corrections(page: Page, count: number): Promise<string[]> {
  const rows = page.locator('[data-testid=person-ledger-row][data-kind=adjustment]')
  await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(count)
  return rows.allTextContents()
}

const redeem = (context: BrowserContext, code: string): Promise<void> =>
  postJson(context, '/v1/billing/promotions', { code })

const SHEETS_THAT_SCROLL = `[...document.querySelectorAll('main *')].filter((each) =>
  /auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth).length`
