import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import { runOverSsh } from '@berth/activities/providers/ssh/run-over-ssh'
import { formatUsd } from '@berth/contract/money'
import type { LedgerLine } from '@berth/contract/schemas/billing'
import type { OfferView } from '@berth/contract/schemas/catalog'
import type { AutoTopUp } from '@berth/contract/schemas/payments'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { startTestStack, type TestStack } from '../support/stack.ts'
import { addSshKey, getJson, rentFirst, signIn, stopPod, topUp } from '../support/visitor.ts'

const keys = createOpenSshKeyPair('octocat@laptop')

interface ListingPage {
  items: OfferView[]
  total: number
}

let stack: TestStack
let context: BrowserContext
let page: Page

beforeAll(async () => {
  stack = await startTestStack()
  const browser = await launchBrowser()
  context = await browser.newContext({
    baseURL: stack.addresses.dashboard,
    viewport: { width: 1440, height: 900 },
  })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
})

afterAll(async () => {
  await context?.browser()?.close()
  await stack?.stop()
})

test('somebody signs in with GitHub', async () => {
  await signIn(page, 'octocat')
  expect(await json('/v1/auth/me')).toMatchObject({ handle: 'octocat' })
})

test('adds an SSH key', async () => {
  await addSshKey(page, keys.publicKey)
  expect(await page.getByTestId('fingerprint').textContent()).toContain('SHA256:')
})

test('tops up the wallet by card', async () => {
  await topUp(page, 25)
  expect(await page.getByTestId('balance').first().textContent()).toContain('25')
  // The polls of the top-up would have brought the money too, later: here the webhook itself must arrive.
  const sent = await fetch(`${stack.addresses.upstreamsControl}/control/stripe/deliveries`)
  expect(await sent.json()).toMatchObject({
    deliveries: expect.arrayContaining([expect.objectContaining({ status: 200 })]),
  })
})

test('finds the cheapest H100 with 80 GB in Europe in two clicks', async () => {
  await page.goto('/market')
  await page.getByRole('button', { name: 'H100 80 GB' }).click()
  await page.getByRole('group').getByRole('button', { name: 'Europe' }).click()
  await page.waitForURL(/continent=EU/)
  const { items } = await json<ListingPage>(`/v1/catalog/listings${new URL(page.url()).search}&sort=price`)
  expect(items[0]).toMatchObject({ gpu: { model: 'H100', memoryGib: 80 }, region: { continent: 'EU' } })
  await page.locator(`[data-offer-id="${items[0]!.id}"]`).waitFor()
})

test('reads through a market of hundreds of offers with a handful of rows in the page', async () => {
  await page.goto('/market')
  await page.getByTestId('offer-row').first().waitFor()
  const shown = async (): Promise<string[]> => {
    await page.keyboard.press('End')
    const words = (await page.getByText(/^Showing /).textContent()) ?? ''
    return /Showing (\d+) of (\d+)/.exec(words.replaceAll(',', ''))?.slice(1) ?? []
  }
  await expect.poll(async () => new Set(await shown()).size, { timeout: 60_000 }).toBe(1)
  const [total] = await shown()
  expect(Number(total)).toBeGreaterThan(300)
  await page.locator(`[data-testid=offer-row][aria-rowindex="${Number(total) + 1}"]`).waitFor()
  expect(await page.getByTestId('offer-row').count()).toBeLessThan(100)
})

test('compares two offers side by side', async () => {
  await page.goto('/market?q=4090')
  await page.getByTestId('compare-check').nth(0).check()
  await page.getByTestId('compare-check').nth(1).check()
  await page.getByTestId('compare-open').click()
  await page.getByTestId('compare-table').waitFor()
  expect(await page.getByTestId('compare-rent').count()).toBe(2)
  expect(await accessibilityProblems(page)).toEqual([])
})

test('rents a pod from the market and sees it running', async () => {
  await rentFirst(page, {
    market: 'q=4090&provider=runpod',
    hours: 1,
    variable: { name: 'GREETING', value: 'ahoy-from-the-form' },
    port: 8888,
  })
  expect(await page.getByTestId('ssh-command').textContent()).toMatch(/ssh -p \d+ root@/)
  expect(await page.getByTestId('rental-phase').first().textContent()).toMatch(/running/i)
})

test('logs in by SSH with the key and finds the GPU that was sold', async () => {
  const { ssh } = await rental()
  const run = await runOverSsh({
    ssh: ssh!,
    privateKey: keys.privateKey,
    command: 'nvidia-smi',
    timeoutMs: 10_000,
  })
  expect(run).toMatchObject({ ok: true, code: 0 })
  expect(run.ok && run.stdout).toContain('4090')
})

test('finds in the pod the variable it was given, and on the page its name and where its port answers', async () => {
  const { ssh, ports, envNames } = await rental()
  const command = 'echo $GREETING'
  const run = await runOverSsh({ ssh: ssh!, privateKey: keys.privateKey, command, timeoutMs: 10_000 })
  expect(run).toMatchObject({ ok: true, stdout: 'ahoy-from-the-form\n' })
  expect([envNames, ports.map(({ port }) => port)]).toEqual([['GREETING'], [8888]])
  const { host, port } = ports[0]!.address!
  expect(await page.getByTestId('port-link').getAttribute('href')).toBe(`http://${host}:${port}`)
  expect(await page.content()).not.toContain('ahoy-from-the-form')
  await page.getByTestId('usage-chart').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
})

test('extends it by an hour', async () => {
  const before = await rental()
  await page.getByTestId('extend-button').click()
  await page.getByTestId('extend-hours').fill('1')
  await page.getByTestId('extend-submit').click()
  await expect
    .poll(async () => Date.parse((await rental()).endsAt!))
    .toBe(Date.parse(before.endsAt!) + 3_600_000)
})

test('finds it in Temporal Web by its search attributes', async () => {
  const { id, provider } = await rental()
  const { id: userId } = await json<{ id: string }>('/v1/auth/me')
  const query = `RentalUser = "${userId}" AND RentalPhase = "running" AND RentalHealth = "ok" AND GpuModel = "RTX 4090"`
  const found = await fetch(
    `${stack.addresses.temporalWeb}/api/v1/namespaces/default/workflows?query=${encodeURIComponent(query)}`,
  )
  const { executions } = (await found.json()) as { executions: { execution: { workflowId: string } }[] }
  expect(executions.map(({ execution }) => execution.workflowId)).toEqual([`rental/${id}`])
  expect(provider).toBe('runpod')
  const web = await context.newPage()
  await web.goto(
    `${stack.addresses.temporalWeb}/namespaces/default/workflows?query=${encodeURIComponent(query)}`,
  )
  await web.getByText(`rental/${id}`).first().waitFor()
  await web.close()
})

test('stops it, and the ledger shows exactly the billed seconds', async () => {
  await stopPod(page)
  const ended = await rental()
  expect(ended).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user' })

  const { items } = await json<{ items: LedgerLine[] }>(
    `/v1/billing/ledger?rentalId=${ended.id}&pageSize=200`,
  )
  const charges = items.filter(({ window }) => window !== null)
  const seconds = charges.reduce((sum, { window }) => sum + window!.seconds, 0)
  const lived = (Date.parse(ended.stopRequestedAt!) - Date.parse(ended.meter.startedAt!)) / 1000
  expect(seconds).toBe(Math.floor(lived))
  expect(ended.meter.billedSeconds).toBe(seconds)
  const charged = charges.reduce((sum, { amountMicros }) => sum - amountMicros, 0)
  expect(charged).toBe(Math.floor((ended.meter.priceMicrosPerHour * seconds) / 3600))
  expect(ended.meter.chargedMicros).toBe(charged)

  await page.goto('/wallet')
  await page.getByTestId('ledger-row').first().waitFor()
  const { availableMicros, heldMicros } = await json<{ availableMicros: number; heldMicros: number }>(
    '/v1/billing/balance',
  )
  expect([availableMicros, heldMicros]).toEqual([25_000_000 - charged, 0])
})

test('tells of it in the bell and by e-mail, with what it cost', async () => {
  const { name, meter } = await rentalOf(await endedRentalId())
  const unread = page.getByTestId('unread-count')
  await unread.waitFor()
  await page.getByTestId('notice-bell').click()
  await page.locator('[data-testid="notice"][data-kind="rental_ended"]').waitFor()
  await page.getByTestId('read-all').click()
  await unread.waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  const subjects = async () => (await mailsTo('octocat@example.com')).map(({ subject }) => subject)
  await expect
    .poll(subjects, { timeout: 60_000 })
    .toEqual(expect.arrayContaining([`${name} is running`, `${name} has ended`]))
  const ended = (await mailsTo('octocat@example.com')).find(({ subject }) => subject === `${name} has ended`)
  expect(ended?.text).toContain(formatUsd(meter.chargedMicros, 6))
})

test('and nothing of it is left at the provider', async () => {
  const instances = await fetch(`${stack.addresses.upstreamsControl}/control/runpod/instances`)
  expect(await instances.json()).toMatchObject({ instances: [] })
})

/** What the mail catcher of the stack has for this address. */
async function mailsTo(address: string): Promise<{ subject: string; text: string }[]> {
  const answer = await fetch(`${stack.addresses.mail}/api/messages`)
  const { messages } = (await answer.json()) as {
    messages: { to: string[]; subject: string; text: string }[]
  }
  return messages.filter(({ to }) => to.includes(address))
}

const endedRentalId = async (): Promise<string> =>
  (await json<{ items: { id: string }[] }>('/v1/rentals?state=ended')).items[0]!.id
const rentalOf = (id: string): Promise<RentalDetail> => json(`/v1/rentals/${id}`)

test('saves a card without paying, and has it charged by itself once the wallet is under its threshold', async () => {
  await page.goto('/wallet')
  await page.getByTestId('set-up-card').click()
  await page.getByTestId('pay').click()
  await page.waitForURL(/\/wallet\?card=/)
  await page.getByTestId('card-name').waitFor({ timeout: 60_000 })
  await page.getByTestId('auto-threshold').fill('30')
  await page.getByTestId('auto-amount').fill('40')
  await page.getByTestId('auto-enabled').click()
  await page.getByTestId('auto-save').click()
  const byItself = page.getByTestId('receipt').filter({ hasText: 'auto top-up' })
  await byItself.waitFor({ timeout: 90_000 })
  expect(await byItself.textContent()).toContain('$40.00')
  expect(await accessibilityProblems(page)).toEqual([])
  const settings = await json<AutoTopUp>('/v1/billing/auto-top-up')
  expect(settings).toMatchObject({ state: 'waiting', chargedThisMonthMicros: 40_000_000 })
})

const json = <T>(path: string): Promise<T> => getJson(context, path)

/** The rental whose page is open, as the API tells it. */
const rental = (): Promise<RentalDetail> => rentalOf(/rent_\w+/.exec(page.url())![0])
