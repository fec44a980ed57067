import { createOpenSshKeyPair } from '@berth/activities/providers/ssh/openssh-key-pair'
import type { ProviderHealth } from '@berth/contract/schemas/catalog'
import type { OperatorRental } from '@berth/contract/schemas/operator'
import type { Reconciliation } from '@berth/contract/schemas/reconciliation'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { cloudControl, failAt } from '../support/cloud-control.ts'
import { startTestStack, type TestStack } from '../support/stack.ts'
import { until } from '../support/until.ts'
import { addSshKey, getJson, signIn, topUp } from '../support/visitor.ts'

const RUNPOD_4090 = 'q=4090&provider=runpod'

let stack: TestStack
let browser: Browser
let cloud: ReturnType<typeof cloudControl>
let renter: Page
let operator: Page
/** When Lambda broke and DigitalOcean began to hang. */
let troubledSince: number

beforeAll(async () => {
  stack = await startTestStack()
  browser = await launchBrowser()
  cloud = cloudControl(stack.addresses.upstreamsControl)
  await breakTwoProviders()
  renter = await visitor('octocat')
  await addSshKey(renter, createOpenSshKeyPair('octocat@laptop').publicKey)
  await topUp(renter, 25)
  operator = await visitor('operator')
})

afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

test('the operations are not there for people who rent, in the menu, as a page and in the API', async () => {
  await renter.getByTestId('user-menu').click()
  await renter.getByRole('menuitem', { name: 'SSH keys' }).waitFor()
  expect(await renter.getByRole('menuitem', { name: 'Operations' }).count()).toBe(0)
  await renter.goto('/operator')
  await renter.getByRole('heading', { name: 'Page not found' }).waitFor()
  for (const path of ['rentals', 'providers', 'books']) {
    expect((await renter.request.get(`/v1/operator/${path}`)).status()).toBe(404)
  }
})

test('a rental for which two pods were created is stuck, and the operator sees why and finds it in Temporal Web', async () => {
  const id = await rentWithTwoPods()
  await openOperations()
  const row = rowOf(id)
  await row.getByText('Waits for an operator to look at pods created twice').waitFor({ timeout: 60_000 })
  expect(await row.getByTestId('operator-words').textContent()).toContain('2 pods carry the marker')
  expect(await row.textContent()).toContain('octocat')
  expect(await accessibilityProblems(operator)).toEqual([])
  const href = (await row.getByTestId('temporal-link').getAttribute('href'))!
  const web = await operator.context().newPage()
  await web.goto(href)
  await web.getByText(`rental/${id}`).first().waitFor()
  await web.goto((await operator.getByTestId('temporal-list').getAttribute('href'))!)
  await web.getByText(`rental/${id}`).first().waitFor()
  await web.close()
})

test('told to retry, it destroys both pods and goes on with another', async () => {
  const id = await stuckId()
  await rowOf(id).getByTestId('retry-now').click()
  await operator.getByText('Nothing is stuck').waitFor({ timeout: 60_000 })
  await renter.getByTestId('ssh-command').waitFor({ timeout: 90_000 })
  expect(await rental(id)).toMatchObject({ phase: 'running', health: 'ok' })
  expect((await cloud.pods()).map(({ name }) => name)).toEqual([expect.stringMatching(/-2$/)])
})

test('a running rental is ended with a reason that its renter reads', async () => {
  const id = /rent_\w+/.exec(renter.url())![0]
  await openOperations('?state=live&handle=octocat')
  await rowOf(id).getByTestId('force-end').click()
  await operator.getByTestId('end-reason').fill('The host loses its network tonight.')
  await operator.getByTestId('end-confirm').click()
  await renter.getByTestId('receipt').waitFor({ timeout: 60_000 })
  await renter.getByText('The host loses its network tonight.').first().waitFor()
  expect(await rental(id)).toMatchObject({ phase: 'ended', endReason: 'ended_by_operator' })
  expect(await cloud.pods()).toEqual([])
})

test('told to, it asks RunPod what the pods of that rental cost us, and the books agree', async () => {
  const id = /rent_\w+/.exec(renter.url())![0]
  await openOperations()
  await operator.getByTestId('reconcile-now').click()
  const row = operator.locator(`[data-testid=reconciled-rental][data-rental-id=${id}]`)
  await row.getByText('its bill').waitFor({ timeout: 90_000 })
  await operator.getByText('Asked for by operator.').waitFor({ timeout: 60_000 })
  const { items } = await getJson<Reconciliation>(operator.context(), '/v1/operator/reconciliation')
  const found = items.find(({ rentalId }) => rentalId === id)!
  const bill = found.estimateMicros + (found.differenceMicros ?? 0)
  expect(found).toMatchObject({ account: 'runpod', upstreamCostMicros: bill, unanswered: 0 })
  expect(bill).toBeGreaterThan(0)
})

test('a drained provider sells nothing from that moment, and the market says why', async () => {
  await renter.goto(`/market?${RUNPOD_4090}`)
  await renter.getByTestId('rent-button').first().click()
  await renter.getByTestId('rent-submit').waitFor()
  await switchRunPod('drain', 'Pods lose their network since noon.')
  await renter.getByTestId('rent-submit').click()
  const refusal = renter.locator('[data-code=offer_gone]').first()
  await refusal.getByText('RunPod takes no new pods: Pods lose their network since noon.').waitFor()
  await renter.reload()
  const gone = renter.getByTestId('rent-gone')
  await gone.getByText('RunPod takes no new pods').waitFor()
  await gone.getByText('Pods lose their network since noon.').waitFor()
  await renter.getByTestId('similar-offer').first().waitFor()
  expect(await accessibilityProblems(renter)).toEqual([])
  await renter.goto('/market?provider=runpod')
  const trouble = renter.getByTestId('provider-trouble')
  await trouble.getByText('Pods lose their network since noon.').waitFor()
  expect(await trouble.textContent()).toContain('RunPod takes no new pods')
  expect(await renter.getByTestId('rent-button').count()).toBe(0)
})

test('opened again, it sells at once', async () => {
  await switchRunPod('on')
  await renter.goto(`/market?${RUNPOD_4090}`)
  await renter.getByTestId('rent-button').first().waitFor()
  expect(await renter.getByText('RunPod takes no new pods').count()).toBe(0)
})

test('a broken and a slow provider are named with the reason, keep their last offers and hold up nobody', async () => {
  await until(async () => (await troubled()).every(({ status }) => status === 'degraded'), {
    what: 'Lambda and DigitalOcean are degraded',
    timeoutMs: 120_000,
  })
  const { lambda, digitalocean, ...others } = Object.fromEntries(await providers())
  expect(lambda).toMatchObject({ reason: expect.stringContaining('503'), offers: expect.any(Number) })
  expect(digitalocean?.reason).toMatch(/within|in time|timed? ?out/)
  expect(Math.min(lambda!.offers, digitalocean!.offers)).toBeGreaterThan(0)
  for (const { provider, refreshedAt } of Object.values(others)) {
    expect([provider, Date.parse(refreshedAt ?? '') > troubledSince]).toEqual([provider, true])
  }
  await renter.goto('/market')
  await renter.getByTestId('provider-trouble').getByText('Lambda is slow or failing').waitFor()
  await renter.getByTestId('rent-button').first().waitFor()
  expect(await accessibilityProblems(renter)).toEqual([])
})

/** Early, so that the market has noticed by the time the last test asks; but not before it has heard from them. */
async function breakTwoProviders(): Promise<void> {
  const haveOffers = async (): Promise<boolean> => {
    const found = await troubled()
    return found.length === 2 && found.every(({ offers }) => offers > 0)
  }
  await until(haveOffers, { what: 'offers of Lambda and DigitalOcean' })
  const control = stack.addresses.upstreamsControl
  const times = 10_000
  const types = { method: 'GET', path: '/instance-types$' }
  await failAt(control, 'lambda', { times, match: types, fault: { kind: 'status', status: 503 } })
  const sizes = { method: 'GET', path: '/sizes$' }
  await failAt(control, 'digitalocean', { times, match: sizes, fault: { kind: 'hang' } })
  troubledSince = Date.now()
}

async function providers(): Promise<Map<string, ProviderHealth>> {
  const response = await fetch(`${stack.addresses.dashboard}/v1/catalog/listings?pageSize=1`)
  const { providers: all } = (await response.json()) as { providers: ProviderHealth[] }
  return new Map(all.map((provider) => [provider.provider, provider]))
}

async function troubled(): Promise<ProviderHealth[]> {
  const all = await providers()
  return ['lambda', 'digitalocean'].flatMap((name) => all.get(name) ?? [])
}

async function visitor(login: 'octocat' | 'operator'): Promise<Page> {
  const context = await browser.newContext({
    baseURL: stack.addresses.dashboard,
    viewport: { width: 1440, height: 900 },
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  await signIn(page, login)
  return page
}

/** The answer to the create is lost, and until there is a second pod of that name the cloud can't list what it has. */
async function rentWithTwoPods(): Promise<string> {
  await cloud.fail({ match: { method: 'POST', path: '^/v2/pods$' }, fault: { kind: 'cut_after_effect' } })
  await cloud.fail({
    match: { method: 'GET', path: '^/v2/pods$' },
    times: 10_000,
    fault: { kind: 'status', status: 503 },
  })
  await renter.goto(`/market?${RUNPOD_4090}`)
  await renter.getByTestId('rent-button').first().click()
  await renter.getByTestId('rent-submit').click()
  await renter.waitForURL(/\/pods\/rent_/)
  const id = /rent_\w+/.exec(renter.url())![0]
  await cloud.createTwin(id)
  await cloud.heal()
  return id
}

async function openOperations(query = ''): Promise<void> {
  await operator.getByTestId('user-menu').click()
  await operator.getByRole('menuitem', { name: 'Operations' }).click()
  await operator.waitForURL(/\/operator/)
  if (query !== '') await operator.goto(`/operator${query}`)
}

async function switchRunPod(to: 'on' | 'drain', reason?: string): Promise<void> {
  const account = operator.locator('[data-testid=operator-provider][data-account=runpod]')
  await account.getByTestId('switch').click()
  await operator.getByTestId(`switch-${to}`).check()
  if (reason !== undefined) await operator.getByTestId('switch-reason').fill(reason)
  await operator.getByTestId('switch-confirm').click()
  await account.getByText(to === 'on' ? 'On' : 'Draining').waitFor()
}

const rowOf = (id: string) => operator.locator(`[data-testid=operator-rental][data-rental-id=${id}]`)

async function stuckId(): Promise<string> {
  const { items } = await getJson<{ items: OperatorRental[] }>(operator.context(), '/v1/operator/rentals')
  expect(items).toHaveLength(1)
  return items[0]!.id
}

const rental = (id: string): Promise<RentalDetail> => getJson(renter.context(), `/v1/rentals/${id}`)
