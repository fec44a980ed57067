import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { failAt } from '../support/cloud-control.ts'
import { startTestStack, type TestStack } from '../support/stack.ts'
import { signIn } from '../support/visitor.ts'

let stack: TestStack
let browser: Browser
let page: Page

/** What a shared product cannot have: GitHub in trouble for everybody, and webhooks held to the rules of the open internet. */
beforeAll(async () => {
  stack = await startTestStack({ WEBHOOK_ALLOW_LOCAL: 'false' })
  browser = await launchBrowser()
  const context = await browser.newContext({ baseURL: stack.addresses.dashboard, reducedMotion: 'reduce' })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
})

afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

test.each([
  ['refuses the exchange', { method: 'POST', path: '/access_token$' }, { kind: 'status', status: 503 }],
  ['cuts the line', { method: 'POST', path: '/access_token$' }, { kind: 'cut' }],
  [
    'does not say who it is',
    { method: 'GET', path: '^/user$' },
    { kind: 'status', status: 502, body: '<html>' },
  ],
])('where GitHub %s, nobody is signed in, and the next try works from there', async (_, match, fault) => {
  await failAt(stack.addresses.upstreamsControl, 'github', { match, fault })
  await page.goto('/keys')
  await page.getByTestId('sign-in-github').click()
  await page.getByTestId('authorize-ada').click()
  await page.getByTestId('sign-in-error').getByText('GitHub could not be reached').waitFor()
  expect((await page.request.get('/v1/auth/me')).status()).toBe(401)
  await page.getByTestId('sign-in-github').click()
  await page.getByTestId('authorize-ada').click()
  await page.waitForURL(/\/keys$/)
  await page.context().clearCookies()
})

test('a webhook goes to public https addresses alone', async () => {
  await signIn(page, 'somebody-new')
  await page.goto('/notifications')
  await page.getByTestId('add-webhook').click()
  for (const [address, words] of [
    ['http://example.com/hook', 'Give a full https:// address'],
    ['https://localhost/hook', 'Give a public host name'],
    ['https://10.0.0.8/hook', 'Give a public host name'],
    ['https://[::1]/hook', 'Give a public host name'],
    ['https://169.254.169.254/latest/meta-data', 'Give a public host name'],
  ] as const) {
    await page.getByTestId('webhook-url').fill(address)
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByTestId('webhook-submit').click()
    expect((await answer).status()).toBe(400)
    await page.getByText(words).waitFor()
  }
  const { items } = (await (await page.request.get('/v1/webhook-endpoints')).json()) as { items: object[] }
  expect(items).toEqual([])
})
