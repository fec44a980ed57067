import type { Balance, LedgerLine, SpendLimits } from '@berth/contract/schemas/billing'
import type { AutoTopUp } from '@berth/contract/schemas/payments'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { operatorOf } from '../support/operator.ts'
import { OUR_FAILURE } from '../support/our-failure.ts'
import { getJson, postJson, sidewaysScroll } from '../support/visitor.ts'
import { someoneNew, useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const LONG = { timeout: 60_000 }
const SAVES_BUT_PAYS_NOTHING = '4000000000000341'
const ASKS_ITS_OWNER = '4000002760003184'

const { visit } = useVisitors()
const WELCOME = someoneNew().toUpperCase()
const GONE = someoneNew().toUpperCase()

beforeAll(async () => {
  const { page } = await visit({ login: 'operator' })
  const operator = operatorOf(page.context())
  const terms = { amountMicros: 10_000_000, expiresAt: null, note: 'Welcome to Berth.' }
  await operator.issue({ ...terms, code: WELCOME, maxRedemptions: 10 })
  await operator.issue({ ...terms, code: GONE, maxRedemptions: 1 })
  await postJson(page.context(), '/v1/billing/promotions', { code: GONE })
})

describe.each(WIDTHS)('on %s, somebody', (_, viewport) => {
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    ;({ page, complaints } = await visit({ viewport }))
    await page.goto('/wallet')
  })

  test('redeems a code once; one that is unknown, used before or used up says so', async () => {
    const form = page.getByTestId('promotion')
    await redeem(page, 'NO-SUCH-CODE')
    await form.getByText('There is no code NO-SUCH-CODE').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await redeem(page, ` ${WELCOME.toLowerCase()} `)
    await form.getByText('$10.00 is in your wallet: Welcome to Berth.').waitFor()
    await expect.poll(() => page.getByTestId('balance').textContent()).toBe('$10.00')
    await page.getByTestId('ledger-row').filter({ hasText: 'Welcome to Berth.' }).waitFor()
    await redeem(page, WELCOME)
    await form.getByText('You have redeemed this code before').waitFor()
    await redeem(page, GONE)
    await form.getByText('has been used up').waitFor()
    expect(await json<Balance>(page, '/v1/billing/balance')).toMatchObject({ totalMicros: 10_000_000 })
    const { items } = await json<{ items: LedgerLine[] }>(page, '/v1/billing/ledger')
    expect(items).toMatchObject([{ kind: 'promotion', reference: WELCOME, amountMicros: 10_000_000 }])
  })

  test('sets limits, is told what a limit can be, and lifts them again', async () => {
    await page.getByTestId('limit-perDay').fill('a lot')
    await page.getByText('An amount above zero like 12.50, or nothing for no limit.').waitFor()
    expect(await page.getByTestId('limits-save').isDisabled()).toBe(true)
    await page.getByTestId('limit-perHour').fill('1.50')
    await page.getByTestId('limit-perDay').fill('20')
    await page.getByTestId('limit-perDay').press('Enter')
    await expect
      .poll(() => json<SpendLimits>(page, '/v1/billing/limits'))
      .toMatchObject({ perHourMicros: 1_500_000, perDayMicros: 20_000_000 })
    await page.reload()
    await expect.poll(() => page.getByTestId('limit-perDay').inputValue()).toBe('20.00')
    await page.getByTestId('limit-perHour').fill('')
    await page.getByTestId('limit-perDay').fill('')
    await page.getByTestId('limits-save').click()
    await expect
      .poll(() => json<SpendLimits>(page, '/v1/billing/limits'))
      .toMatchObject({ perHourMicros: null, perDayMicros: null })
  })

  test('must save a card before it can be charged, and turns back from saving one', async () => {
    await page.getByTestId('auto-top-up').getByText('Save a card first.').waitFor()
    expect(await page.getByTestId('auto-enabled').isDisabled()).toBe(true)
    await page.getByTestId('set-up-card').click()
    await page.getByTestId('cancel').click()
    await page.getByTestId('card-return').getByText('You turned back. No card was saved.').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.waitForURL(/\/wallet$/)
    await page.getByText('No saved card').waitFor()
  })

  test('removes the card after being told that auto top-up ends with it', async () => {
    await saveCard(page, '4242424242424242')
    await setRules(page, { threshold: '5', amount: '20' })
    await page.getByTestId('auto-state').and(page.locator('[data-state=ready]')).waitFor()
    await page.getByTestId('remove-card').click()
    await page.getByRole('dialog').getByText('Auto top-up stops with it').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await page.getByTestId('remove-card-confirm').click()
    await page.getByText('No saved card').waitFor()
    expect(await json<AutoTopUp>(page, '/v1/billing/auto-top-up')).toMatchObject({ enabled: false })
    expect(complaints.filter((words) => !/\b4(?:02|22)\b/.test(words))).toEqual([])
  })
})

// Side by side, because they wait for the next look at wallets that run low more than they do anything.
test.concurrent('auto top-up says what the bank answered when it declines, and charges nothing', async ({
  expect,
}) => {
  const { page } = await visit()
  await page.goto('/wallet')
  await saveCard(page, SAVES_BUT_PAYS_NOTHING)
  await setRules(page, { threshold: '30', amount: '20', cap: '10' })
  await page.getByText('At least the threshold, so that one charge is enough.').waitFor()
  await page.getByTestId('auto-amount').fill('40')
  await page.getByText('At least one charge.').waitFor()
  await page.getByTestId('auto-monthlyCap').fill('500')
  await page.getByTestId('auto-save').click()
  await page.getByText('Last answer of the bank: Your card was declined.').waitFor({ timeout: 90_000 })
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await json(page, '/v1/billing/receipts')).toMatchObject({ items: [] })
})

test.concurrent('a bank that wants its customer pauses auto top-up, and goes on once they have confirmed', async ({
  expect,
}) => {
  const { page } = await visit({ viewport: WIDTHS[1][1] })
  await page.goto('/wallet')
  await saveCard(page, ASKS_ITS_OWNER)
  await setRules(page, { threshold: '30', amount: '40' })
  await page.getByTestId('auto-state').getByText('Paused').waitFor({ timeout: 90_000 })
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  await page.getByTestId('auto-confirm').click()
  await page.getByTestId('card').fill(ASKS_ITS_OWNER)
  await page.getByTestId('pay').click()
  await page.getByTestId('confirm').click()
  await page.getByText('$40.00 is in your wallet').waitFor(LONG)
  await expect
    .poll(async () => (await json<AutoTopUp>(page, '/v1/billing/auto-top-up')).pause, LONG)
    .toBeNull()
  await page.getByTestId('auto-state').and(page.locator('[data-state=ready], [data-state=waiting]')).waitFor()
})

test('what could not be read says so in its place, and is read again at a press', async () => {
  const { page } = await visit()
  for (const part of ['ledger', 'receipts'])
    await page.route(`**/v1/billing/${part}?*`, (route) => route.fulfill(OUR_FAILURE))
  await page.goto('/wallet')
  await page.getByText('The ledger could not be read').waitFor()
  expect(await page.getByTestId('failure').count()).toBe(2)
  expect(await accessibilityProblems(page)).toEqual([])
  await page.unrouteAll()
  await page.locator('#ledger').getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Nothing has moved yet').waitFor()
  await page.getByTestId('receipts').getByRole('button', { name: 'Try again' }).click()
  await page.getByText('A receipt for every top-up appears here.').waitFor()
})

async function redeem(page: Page, code: string): Promise<void> {
  await page.getByTestId('promotion-code').fill(code)
  await page.getByTestId('promotion-redeem').click()
}

/** Enters a card on Stripe's page, confirming it where the bank asks, and waits until it is known. */
async function saveCard(page: Page, card: string): Promise<void> {
  await page.getByTestId('set-up-card').click()
  await page.getByTestId('card').fill(card)
  await page.getByTestId('pay').click()
  if (card === ASKS_ITS_OWNER) await page.getByTestId('confirm').click()
  await page
    .getByTestId('card-name')
    .getByText(`•••• ${card.slice(-4)}`)
    .waitFor(LONG)
}

async function setRules(page: Page, rules: { threshold: string; amount: string; cap?: string }) {
  await page.getByTestId('auto-enabled').click()
  await page.getByTestId('auto-threshold').fill(rules.threshold)
  await page.getByTestId('auto-amount').fill(rules.amount)
  if (rules.cap !== undefined) await page.getByTestId('auto-monthlyCap').fill(rules.cap)
  else await page.getByTestId('auto-save').click()
}

const json = <T>(page: Page, path: string): Promise<T> => getJson(page.context(), path)
