import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { useVisitors } from '../support/visitors.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { sidewaysScroll } from '../support/visitor.ts'
import { WIDTHS } from '../support/widths.ts'

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

describe.each(WIDTHS)('on %s, an endpoint', (_, viewport) => {
  test('is added by its address, and its secret is shown once', async () => {
    await page.setViewportSize(viewport)
    await addEndpoint()
    expect(await row().textContent()).toContain(receiver.url)
    await page.reload()
    await row().waitFor()
    expect(await page.getByText(secret).count()).toBe(0)
  })

  test('is called for a test, signed, and the delivery says so', async () => {
    receiver.forget()
    await row().getByTestId('webhook-test').click()
    await newest('delivered').waitFor(LONG)
    expect(receiver.calls().map((call) => receiver.isFromUs(call, secret))).toEqual([true])
    await closeLog()
  })

  test('is signed for by another secret as soon as that is replaced', async () => {
    await chooseMore(page, /secret/i)
    const before = secret
    secret = await keepSecret()
    expect(secret).not.toBe(before)
    receiver.forget()
    await row().getByTestId('webhook-test').click()
    await expect.poll(() => receiver.calls().some((call) => receiver.isFromUs(call, secret)), LONG).toBe(true)
    await closeLog()
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('is removed', async () => {
    await remove(page)
    expect(await row().count()).toBe(0)
  })
})

test('a receiver that fails is listed with what it answered and when it is tried again', async () => {
  await addEndpoint()
  receiver.forget()
  receiver.answerWith(() => 503)
  await row().getByTestId('webhook-test').click()
  const delivery = newest('pending').filter({ hasText: '503' })
  await delivery.waitFor(LONG)
  expect(await accessibilityProblems(page)).toEqual([])
})

test('sent again once the receiver is well, it is delivered', async () => {
  receiver.answerWith(() => 200)
  await page.getByTestId('delivery').first().getByTestId('redeliver').click()
  await newest('delivered').waitFor(LONG)
  expect(receiver.calls().length).toBeGreaterThan(1)
  await closeLog()
})

test('switched off, it is sent nothing; removed in another tab, it is gone here at the next step', async () => {
  await row().getByText('Delivered').waitFor()
  await row().getByRole('switch').click()
  await row().getByText('Switched off').waitFor()
  const other = await page.context().newPage()
  await other.goto('/notifications')
  await remove(other)
  receiver.forget()
  await row().getByTestId('webhook-test').click()
  await page.getByText('No endpoint yet').waitFor()
  expect(receiver.calls()).toEqual([])
})

const row = () => page.getByTestId('webhook-row')

async function addEndpoint(): Promise<void> {
  await page.getByTestId('add-webhook').click()
  await page.getByTestId('webhook-url').fill(receiver.url)
  await page.getByTestId('webhook-submit').click()
  secret = await keepSecret()
}

async function chooseMore(tab: Page, name: string | RegExp): Promise<void> {
  await tab.getByTestId('webhook-row').getByRole('button', { name: 'More' }).click()
  await tab.getByRole('menuitem', { name }).click()
}

async function remove(tab: Page): Promise<void> {
  await chooseMore(tab, 'Remove')
  await tab.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await tab.getByText('No endpoint yet').waitFor()
}

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
