import type { Balance, LedgerLine } from '@berth/contract/schemas/billing'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { failAt } from '../support/cloud-control.ts'
import { getJson, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const LONG = { timeout: 60_000 }
const DECLINED = '4000000000000002'
const ASKS_ITS_OWNER = '4000002760003184'

const { visit } = useVisitors()
/** Top-ups of earlier people, which are nobody else's to see. */
const paid: string[] = []

describe.each(WIDTHS)('on %s, somebody with an empty wallet', (_, viewport) => {
  let page: Page
  let complaints: string[]
  beforeAll(async () => {
    ;({ page, complaints } = await visit({ viewport }))
    await page.goto('/wallet')
  })

  test('is told what will stand where nothing is yet, and which amounts can be paid', async () => {
    await page.getByText('Your first top-up will be the first line.').waitFor()
    await page.getByText('A receipt for every top-up appears here.').waitFor()
    for (const amount of ['4.99', '5000.01', '5.001', 'ten']) {
      await page.getByTestId('top-up-amount').fill(amount)
      await page.getByText('Between $5 and $5,000, in whole cents.').waitFor()
      expect(await page.getByTestId('top-up-submit').isDisabled()).toBe(true)
    }
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  })

  test('turns back from the payment page, and is told that nothing was charged and how to go on', async () => {
    await payByKeyboard(page, 25)
    await page.getByTestId('cancel').click()
    const notice = page.getByTestId('top-up-return')
    await notice.getByText('You turned back from the payment of $25.00').waitFor()
    expect(await notice.textContent()).toContain('Nothing was charged.')
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await ledger(page)).toEqual([])
    await notice.getByRole('link', { name: 'Finish the payment' }).click()
    expect(await page.getByTestId('amount').textContent()).toBe('$25.00')
  })

  test('has a card declined and refuses another one at the bank, and pays with it in the end', async () => {
    await pay(page, DECLINED)
    expect(await page.getByTestId('error').textContent()).toContain('Your card was declined.')
    await pay(page, ASKS_ITS_OWNER)
    await page.getByTestId('refuse').click()
    expect(await page.getByTestId('error').textContent()).toContain('unable to authenticate')
    expect(await ledger(page)).toEqual([])
    await pay(page, ASKS_ITS_OWNER)
    await page.getByTestId('confirm').click()
    await page.getByText('$25.00 is in your wallet').waitFor(LONG)
    await expect.poll(() => page.getByTestId('balance').textContent()).toBe('$25.00')
    await page.getByTestId('ledger-row').waitFor()
    expect(await ledger(page)).toMatchObject([{ kind: 'top_up', amountMicros: 25_000_000 }])
    const notice = await page.getByTestId('top-up-return').textContent()
    expect(notice).not.toContain('turned back')
  })

  test('finds the same after a reload, has the receipt, and closes the notice', async () => {
    await page.reload()
    await page.getByText('$25.00 is in your wallet').waitFor(LONG)
    const receipt = page.getByTestId('receipt').getByRole('link')
    const answer = await page.request.get((await receipt.getAttribute('href'))!)
    expect(await answer.text()).toContain('$25.00')
    paid.push(new URL(page.url()).searchParams.get('topUp')!)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.waitForURL(/\/wallet$/)
    expect(await ledger(page)).toHaveLength(1)
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    // The card was refused with 402, by Stripe's page.
    expect(complaints.filter((words) => !words.includes('402'))).toEqual([])
  })
})

test('a payment of somebody else is nobody else’s to see', async () => {
  const { page } = await visit()
  await page.goto(`/wallet?topUp=${paid[0]}`)
  await page.getByTestId('top-up-return').getByText('That is not here').waitFor()
  expect((await page.request.get(`/v1/billing/top-ups/${paid[0]}`)).status()).toBe(404)
})

test('while Stripe or the line is down, the page says that nothing was charged, and the next press goes on', async () => {
  const { page } = await visit()
  await page.goto('/wallet')
  // Only those who keep a card need a customer at Stripe: nobody else's payment is hit.
  await page.getByTestId('top-up-save-card').check()
  const outage = { match: { method: 'POST', path: '^/v1/customers$' }, times: 100 }
  const heal = await failAt(inject('stack').upstreamsControl, 'stripe', {
    ...outage,
    fault: { kind: 'status', status: 503 },
  })
  await page.getByTestId('top-up-submit').dblclick()
  const notice = page.locator('[data-testid=failure]')
  await notice.and(page.locator('[data-code=payments_unavailable]')).waitFor()
  expect(await notice.textContent()).toContain('Nothing was charged.')
  await heal()

  await page.context().setOffline(true)
  await page.getByTestId('top-up-submit').click()
  await notice.and(page.locator('[data-code=unreachable]')).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.context().setOffline(false)

  await page.getByTestId('top-up-submit').click()
  await page.getByTestId('pay').click()
  await page.getByText('$25.00 is in your wallet').waitFor(LONG)
  await page.getByTestId('card-name').getByText('•••• 4242').waitFor(LONG)
  expect(await getJson<Balance>(page.context(), '/v1/billing/balance')).toMatchObject({
    totalMicros: 25_000_000,
  })
})

/** Chooses an amount and presses the button without a mouse. */
async function payByKeyboard(page: Page, dollars: number): Promise<void> {
  await page.getByTestId(`top-up-${dollars}`).focus()
  await page.keyboard.press('Enter')
  const submit = page.getByTestId('top-up-submit')
  while (!(await submit.evaluate((button) => button === document.activeElement)))
    await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByTestId('pay').waitFor()
}

async function pay(page: Page, card: string): Promise<void> {
  await page.getByTestId('card').fill(card)
  await page.getByTestId('pay').click()
}

const ledger = async (page: Page): Promise<LedgerLine[]> =>
  (await getJson<{ items: LedgerLine[] }>(page.context(), '/v1/billing/ledger')).items
