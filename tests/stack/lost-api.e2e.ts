import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { holdPort } from '../support/hold-port.ts'
import { startTestStack, type TestStack } from '../support/stack.ts'
import { addSshKey, firstOffer, getJson, rentFirst, signIn, stopPod, topUp } from '../support/visitor.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

let stack: TestStack
let browser: Browser
let context: BrowserContext
let market: Page
let pod: Page
let form: Page
let visitor: Page

beforeAll(async () => {
  stack = await startTestStack()
  browser = await launchBrowser()
  context = await newContext(DESKTOP)
  pod = await newPage(context)
  await signIn(pod, 'octocat')
  await addSshKey(pod, createOpenSshKeyPair('octocat@laptop').publicKey)
  await topUp(pod, 25)
  await rentFirst(pod, { market: 'q=4090&provider=vast', hours: 1 })
  market = await newPage(context)
  await market.goto('/market?q=4090')
  form = await newPage(context)
  await form.goto('/market?q=4090&provider=runpod')
  await firstOffer(form).click()
  await form.getByTestId('image-custom').click()
  await form.getByTestId('image-name').fill('ghcr.io/me/mine:1')
  await form.getByTestId('env-add').click()
  await form.getByTestId('env-name').fill('GREETING')
  await form.getByTestId('env-value').fill('ahoy')
  visitor = await newPage(await newContext(PHONE))
  await visitor.goto('/market')
  await Promise.all([market, visitor].map((page) => firstOffer(page).waitFor()))
})

afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const newContext = (viewport: { width: number; height: number }) =>
  browser.newContext({ baseURL: stack.addresses.dashboard, viewport, reducedMotion: 'reduce' })

async function newPage(of: BrowserContext): Promise<Page> {
  const page = await of.newPage()
  page.setDefaultTimeout(60_000)
  return page
}

const live = (page: Page) => page.locator('[data-testid=live-mark][data-state=live]').waitFor()
const lost = (page: Page) => page.getByTestId('connection-lost').waitFor()
const heard = async (page: Page): Promise<void> => {
  await page.getByTestId('connection-lost').waitFor({ state: 'detached' })
  await expect.poll(() => page.getByTestId('failure').count(), { timeout: 60_000 }).toBe(0)
}

/** A page that was loaded anew has lost this word. */
const mark = (page: Page) => page.evaluate("document.documentElement.dataset.seen = 'before'")
const isSamePage = async (page: Page) =>
  (await page.evaluate('document.documentElement.dataset.seen')) === 'before'

describe('when the API dies and comes back', () => {
  test('every open page says so, keeps what it had, and goes on by itself', async () => {
    await Promise.all([market, pod, form].flatMap((page) => [live(page), mark(page)]))
    stack.signal('API', 'SIGKILL')
    const release = await holdPort(stack.addresses.api)
    try {
      await Promise.all([market, pod, form].map(lost))
    } finally {
      await release()
    }
    expect(await market.getByTestId('offer-row').count()).toBeGreaterThan(0)
    expect(await pod.getByTestId('ssh-command').textContent()).toContain('ssh -p')
    expect(await form.getByTestId('rent-offline').textContent()).toContain('What you entered stays')

    await Promise.all([market, pod, form].map(heard))
    await Promise.all([market, pod, form].map(live))
    expect(await form.getByTestId('image-name').inputValue()).toBe('ghcr.io/me/mine:1')
    expect(await form.getByTestId('env-value').inputValue()).toBe('ahoy')
    expect(await Promise.all([market, pod, form].map(isSamePage))).toEqual([true, true, true])
  })

  test('and the stream tells what happened since: a pod that ends elsewhere ends on the open page', async () => {
    const [, id = ''] = /(rent_\w+)/.exec(pod.url()) ?? []
    const other = await newPage(context)
    await other.goto(`/pods/${id}`)
    await stopPod(other)
    await pod.getByTestId('receipt').waitFor()
    expect(await isSamePage(pod)).toBe(true)
  })
})

describe('when the API hangs', () => {
  test('pages find out by its silence, new ones wait for it, an order counts once, and all goes on when it answers', async () => {
    const late = await newPage(context)
    stack.signal('API', 'SIGSTOP')
    try {
      await Promise.all([visitor.reload(), late.goto('/pods'), form.getByTestId('rent-submit').click()])
      await form.locator('[data-testid=failure][data-code=unreachable]').first().waitFor()
      expect(await form.getByTestId('failure').first().textContent()).toContain('it cannot rent twice')
      await Promise.all([market, late, visitor].map(lost))
      for (const page of [late, visitor]) expect(await page.getByTestId('sign-in').count()).toBe(0)
    } finally {
      stack.signal('API', 'SIGCONT')
    }
    await Promise.all([market, late, visitor].map(heard))
    await Promise.all([live(market), live(late), firstOffer(visitor).waitFor()])
    await form.getByTestId('rent-submit').click()
    await form.waitForURL(/\/pods\/rent_/)
    const { items } = await getJson<{ items: unknown[] }>(context, '/v1/rentals?state=live')
    expect(items).toHaveLength(1)
  })
})
