import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { cloudControl } from '../support/cloud-control.ts'
import { holdPort } from '../support/hold-port.ts'
import { firstOffer as cheapest, rentThrough, sendJson } from '../support/rent-through.ts'
import { startTestStack, type TestStack } from '../support/stack.ts'
import { addSshKey, firstOffer, getJson, signIn, topUp } from '../support/visitor.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

let stack: TestStack
let browser: Browser
let context: BrowserContext
/** The same person's other browser: a browser opens six connections to one place, and each page keeps one or two of them. */
let second: BrowserContext
let market: Page
/** The page of a pod with its log open, and another with its terminal. */
let pod: Page
let shell: Page
let form: Page
let visitor: Page
let rentalId: string
let cloud: ReturnType<typeof cloudControl>

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startTestStack(), launchBrowser()])
  cloud = cloudControl(stack.addresses.upstreamsControl)
  context = await newContext(DESKTOP)
  pod = await newPage(context)
  await signIn(pod, 'octocat')
  await addSshKey(pod, createOpenSshKeyPair('octocat@laptop').publicKey)
  await topUp(pod, 25)
  second = await newContext(DESKTOP, await context.storageState())
  const { id: offerId } = await cheapest(pod, 'q=4090&provider=runpod&gpuCount=1')
  rentalId = (await rentThrough(pod, { offerId })).id
  // While the pod boots.
  await Promise.all([openMarket(), openForm(), openAsVisitor(), openLog(), openShell()])
})

afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const newContext = (viewport: typeof DESKTOP, storageState?: BrowserContextOptions['storageState']) =>
  browser.newContext({
    baseURL: stack.addresses.dashboard,
    viewport,
    reducedMotion: 'reduce',
    ...(storageState && { storageState }),
  })

async function newPage(of: BrowserContext): Promise<Page> {
  const page = await of.newPage()
  page.setDefaultTimeout(60_000)
  return page
}

async function openMarket(): Promise<void> {
  market = await newPage(context)
  await market.goto('/market?q=4090')
  await firstOffer(market).waitFor()
}

async function openForm(): Promise<void> {
  form = await newPage(context)
  await form.goto('/market?q=4090&provider=vast')
  await firstOffer(form).click()
  await form.getByTestId('image-custom').click()
  await form.getByTestId('image-name').fill('ghcr.io/me/mine:1')
  await form.getByTestId('env-add').click()
  await form.getByTestId('env-name').fill('GREETING')
  await form.getByTestId('env-value').fill('ahoy')
}

async function openAsVisitor(): Promise<void> {
  visitor = await newPage(await newContext(PHONE))
  await visitor.goto('/market')
  await firstOffer(visitor).waitFor()
}

async function openLog(): Promise<void> {
  await pod.goto(`/pods/${rentalId}`)
  await pod.getByTestId('ssh-command').waitFor({ timeout: 90_000 })
  await pod.getByTestId('show-log').click()
  await pod.getByTestId('pod-log').getByText('hello from').waitFor()
  await cloud.print(rentalId, 'epoch 1')
  await pod.getByTestId('pod-log').getByText('epoch 1').waitFor()
}

async function openShell(): Promise<void> {
  shell = await newPage(second)
  await shell.goto(`/pods/${rentalId}`)
  await shell.getByTestId('ssh-command').waitFor({ timeout: 90_000 })
  await shell.getByTestId('show-terminal').click()
  await shell.locator('.xterm-rows').getByText('Welcome to an emulated pod').waitFor()
}

const PATIENCE = { timeout: 60_000 }
const logged = async (): Promise<string[]> =>
  (await pod.getByTestId('pod-log').locator('p span').allTextContents()).filter((line) =>
    line.startsWith('epoch'),
  )
const screen = (): Promise<string> => shell.locator('.xterm-rows').innerText()

const live = (page: Page) => page.locator('[data-testid=live-mark][data-state=live]').waitFor()
const lost = (page: Page) => page.getByTestId('connection-lost').waitFor()
const heard = async (page: Page): Promise<void> => {
  await page.getByTestId('connection-lost').waitFor({ state: 'detached' })
  await expect.poll(() => page.getByTestId('failure').count(), PATIENCE).toBe(0)
}

/** A page that was loaded anew has lost this word. */
const mark = (page: Page) => page.evaluate("document.documentElement.dataset.seen = 'before'")
const isSamePage = async (page: Page) =>
  (await page.evaluate('document.documentElement.dataset.seen')) === 'before'

describe('when the API dies and comes back', () => {
  test('every open page says so, keeps what it had, and goes on by itself; a log without a gap, a terminal on request', async () => {
    const open = [market, pod, shell, form]
    await Promise.all(open.flatMap((page) => [live(page), mark(page)]))
    stack.signal('API', 'SIGKILL')
    const release = await holdPort(stack.addresses.api)
    try {
      await Promise.all(open.map(lost))
      await pod.getByText('The connection was lost; coming back').waitFor()
      await shell.getByText('The connection was lost. What ran in this shell').waitFor()
      for (const line of ['epoch 2', 'epoch 3']) await cloud.print(rentalId, line)
      expect(await shell.getByTestId('terminal-again').isEnabled()).toBe(true)
    } finally {
      await release()
    }
    expect(await market.getByTestId('offer-row').count()).toBeGreaterThan(0)
    expect(await pod.getByTestId('ssh-command').textContent()).toContain('ssh -p')
    expect(await form.getByTestId('rent-offline').textContent()).toContain('What you entered stays')

    await Promise.all(open.map(heard))
    await Promise.all(open.map(live))
    expect(await form.getByTestId('image-name').inputValue()).toBe('ghcr.io/me/mine:1')
    expect(await form.getByTestId('env-value').inputValue()).toBe('ahoy')
    await expect.poll(logged, PATIENCE).toEqual(['epoch 1', 'epoch 2', 'epoch 3'])
    await shell.getByTestId('terminal-again').click()
    await expect.poll(screen, PATIENCE).toContain('Welcome to an emulated pod')
    expect(await Promise.all(open.map(isSamePage))).toEqual([true, true, true, true])
  })
})

describe('when the API hangs', () => {
  test('pages find out by its silence, new ones wait for it and say so, an order counts once, and all goes on when it answers', async () => {
    const late = await newPage(second)
    stack.signal('API', 'SIGSTOP')
    try {
      await Promise.all([visitor.reload(), late.goto('/pods'), form.getByTestId('rent-submit').click()])
      await Promise.all([late, visitor].map(lost))
      expect(await late.getByTestId('failure').count()).toBe(0)
      for (const page of [late, visitor]) expect(await page.getByTestId('sign-in').count()).toBe(0)
      await shell.getByTestId('pod-terminal').click()
      await shell.keyboard.type('echo still $USER\n')
      await form.getByRole('dialog').getByText('it cannot rent twice').waitFor()
      await Promise.all([market, pod].map(lost))
      await cloud.print(rentalId, 'epoch 4')
    } finally {
      stack.signal('API', 'SIGCONT')
    }
    await Promise.all([market, pod, late, visitor].map(heard))
    await Promise.all([live(market), live(late), firstOffer(visitor).waitFor()])
    await expect.poll(screen, PATIENCE).toContain('still root')
    await expect.poll(logged, PATIENCE).toEqual(['epoch 1', 'epoch 2', 'epoch 3', 'epoch 4'])
    await form.getByTestId('rent-submit').click()
    await form.waitForURL(/\/pods\/rent_/)
    const { items } = await getJson<{ items: unknown[] }>(context, '/v1/rentals?state=live')
    expect(items).toHaveLength(2)
  })

  test('and the stream tells what happens since: a pod that is stopped elsewhere ends on the open page', async () => {
    await sendJson(market, `/v1/rentals/${rentalId}/stop`)
    await pod.getByTestId('receipt').waitFor()
    expect(await isSamePage(pod)).toBe(true)
  })
})
