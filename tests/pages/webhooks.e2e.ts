import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { useVisitors } from '../support/visitors.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { sidewaysScroll } from '../support/visitor.ts'
import { PHONE } from '../support/widths.ts'

const LONG = { timeout: 60_000 }

const { visit } = useVisitors()

let receiver: WebhookReceiver
let page: Page
/** The endpoint's newest, as the page showed it. */
let secret: string

beforeAll(async () => {
  receiver = await startWebhookReceiver()
  ;({ page } = await visit())
  await page.goto('/notifications')
})

afterAll(() => receiver?.close())

test('an address that cannot be one is refused at its field, with what to enter instead', async () => {
  await page.getByText('No endpoint yet').waitFor()
  await page.getByTestId('add-webhook').click()
  for (const [address, words] of [
    ['', 'Give the address that receives the notices.'],
    ['example.com/hook', 'Give a full https:// address'],
    ['https://me:secret@example.com/hook', 'Leave user name and password out'],
    ['https://example.com/hook#part', 'Leave out the part after "#"'],
  ] as const) {
    await page.getByTestId('webhook-url').fill(address)
    await page.getByTestId('webhook-submit').click()
    await page.getByText(words).waitFor()
  }
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('No endpoint yet').waitFor()
})

test('an address of one’s own becomes an endpoint, and its secret is shown once', async () => {
  await page.getByTestId('add-webhook').click()
  await page.getByTestId('webhook-url').fill(receiver.url)
  await page.getByTestId('webhook-submit').click()
  secret = await keepSecret()
  expect(await page.getByTestId('webhook-row').textContent()).toContain(receiver.url)
  await page.reload()
  await page.getByTestId('webhook-row').waitFor()
  expect(await page.getByText(secret).count()).toBe(0)
})

test('a test call arrives signed, and its delivery says so', async () => {
  await page.getByTestId('webhook-test').click()
  await newest('delivered').waitFor(LONG)
  expect(receiver.calls().map((call) => receiver.isFromUs(call, secret))).toEqual([true])
  await closeLog()
})

test('a receiver that fails is listed with what it answered and when it is tried again', async () => {
  receiver.forget()
  receiver.answerWith(() => 503)
  await page.getByTestId('webhook-test').click()
  const delivery = newest('pending').filter({ hasText: '503' })
  await delivery.waitFor(LONG)
  expect(await accessibilityProblems(page)).toEqual([])
})

test('sent again once the receiver is well, it is delivered', async () => {
  receiver.answerWith(() => 200)
  await page.getByTestId('delivery').first().getByTestId('redeliver').click()
  await expect.poll(() => page.locator('[data-testid=delivery][data-status=delivered]').count(), LONG).toBe(2)
  await closeLog()
})

test('a secret that is replaced signs from then on', async () => {
  await page.getByTestId('webhook-row').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: /secret/i }).click()
  const before = secret
  secret = await keepSecret()
  expect(secret).not.toBe(before)
  receiver.forget()
  await page.getByTestId('webhook-test').click()
  await expect.poll(() => receiver.calls().some((call) => receiver.isFromUs(call, secret)), LONG).toBe(true)
  await closeLog()
})

test('the page is whole and usable on a phone', async () => {
  await page.setViewportSize(PHONE)
  await page.reload()
  await page.getByTestId('webhook-row').waitFor()
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  expect(await accessibilityProblems(page)).toEqual([])
})

test('switched off, it is sent nothing; removed in another tab, it is gone here at the next step', async () => {
  const row = page.getByTestId('webhook-row')
  await row.getByText('Delivered').waitFor()
  await row.getByRole('switch').click()
  await row.getByText('Switched off').waitFor()
  const other = await page.context().newPage()
  await other.goto('/notifications')
  await other.getByTestId('webhook-row').getByRole('button', { name: 'More' }).click()
  await other.getByRole('menuitem', { name: 'Remove' }).click()
  await other.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await other.getByText('No endpoint yet').waitFor()
  receiver.forget()
  await row.getByTestId('webhook-test').click()
  await page.getByText('No endpoint yet').waitFor()
  expect(receiver.calls()).toEqual([])
})

/** Reads the secret off the page and says that it is kept. */
async function keepSecret(): Promise<string> {
  const shown = page.getByTestId('webhook-secret')
  const words = (await shown.locator('code').textContent())!.trim()
  expect(words).toMatch(/^whsec_/)
  await page.getByTestId('secret-kept').click()
  await shown.waitFor({ state: 'hidden' })
  return words
}

const newest = (status: 'delivered' | 'pending') =>
  page.locator(`[data-testid=delivery][data-status=${status}]`).first()

async function closeLog(): Promise<void> {
  await page.keyboard.press('Escape')
  await page.getByTestId('delivery').first().waitFor({ state: 'hidden' })
}
