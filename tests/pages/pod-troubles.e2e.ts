import type { OfferView } from '@berth/contract/schemas/catalog'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import type { Page } from 'playwright-core'
import { beforeAll, expect, inject, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { cloudControl, failAt } from '../support/cloud-control.ts'
import { chargedFor, firstOffer, rentalOf, rentThrough, sendJson } from '../support/rent-through.ts'
import { getJson, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { PHONE } from '../support/widths.ts'

const { upstreamsControl } = inject('stack')
const { visit } = useVisitors()
let page: Page
/** Goes on from one test to the next. */
let budgeted: RentalDetail

beforeAll(async () => {
  ;({ page } = await visit({ viewport: PHONE, key: true, dollars: 25 }))
})

/** Vast names the offer in the address of an order, so the refusal meets whoever asks for this one and nobody else. */
const refuse = ({ id }: OfferView) =>
  failAt(upstreamsControl, 'vast', {
    match: { method: 'PUT', path: `/asks/${id.replace('vast:ask-', '')}/` },
    fault: { kind: 'no_such_ask' },
  })

/** What is on sale at Vast just now, other than what tests of other pages rent; its stock comes and goes. */
async function askAtVast(fits: (ask: OfferView, all: OfferView[]) => boolean): Promise<OfferView> {
  let found: OfferView | undefined
  const look = async () => {
    const path = '/v1/catalog/listings?spot=false&sort=price_per_gpu&pageSize=200'
    const { items } = await getJson<{ items: OfferView[] }>(page.context(), path)
    const asks = items.filter(({ id, gpu }) => id.startsWith('vast:ask-') && gpu.model !== 'RTX 4090')
    return (found = asks.find((ask) => fits(ask, items)))
  }
  await expect.poll(look, { timeout: 120_000, interval: 2_000 }).toBeDefined()
  return found!
}

const CAP = 10_000_000
const isEqual = (ask: OfferView) => (other: OfferView) =>
  !other.id.startsWith('vast:') &&
  other.gpu.key === ask.gpu.key &&
  other.gpuCount === ask.gpuCount &&
  other.priceMicrosPerHour <= CAP

async function see({ id }: RentalDetail): Promise<void> {
  await page.goto(`/pods/${id}`)
  await page.getByTestId('timeline').waitFor()
}

const timeline = () => page.getByTestId('timeline')
const receipt = () => page.getByTestId('receipt')

test('a first attempt that fails at one cloud and goes on at another is told as it happened', async () => {
  const ask = await askAtVast((each, all) => all.some(isEqual(each)))
  await refuse(ask)
  budgeted = await rentThrough(page, {
    offerId: ask.id,
    failover: { maxPriceMicrosPerHour: CAP },
    duration: { kind: 'budget', spendLimitMicros: 5_000_000 },
  })
  await see(budgeted)
  await timeline().getByText('Attempt 1: asking Vast.ai for the pod').waitFor()
  await timeline().getByText('Attempt 1 did not work out').waitFor()
  await timeline().getByText('Attempt 2: asking').waitFor()
  await page.getByTestId('ssh-command').waitFor({ timeout: 120_000 })
  expect(await page.getByTestId('attempt').allTextContents()).toEqual([
    expect.stringMatching(/^1\.\s*Vast\.ai\s*no capacity/),
    expect.stringMatching(/^2\..+worked/),
  ])
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
})

test('a budget is raised to what its owner says, and lifted where the pod is to run until it is stopped', async () => {
  await page.getByTestId('extend-button').click()
  await page.getByTestId('extend-budget').fill('0')
  await page.getByText('More than it has cost already').waitFor()
  await page.getByTestId('extend-budget').fill('6')
  await page.getByTestId('extend-submit').click()
  await page.getByTestId('ends-at').getByText('up to $6.00').waitFor()
  await page.getByTestId('extend-button').click()
  await page.getByRole('switch', { name: 'Until I stop it' }).click()
  await page.getByTestId('extend-submit').click()
  await page.getByTestId('ends-at').getByText('until you stop it').waitFor()
  expect(await rentalOf(page.context(), budgeted.id)).toMatchObject({ endsAt: null, spendLimitMicros: null })
  await sendJson(page, `/v1/rentals/${budgeted.id}/stop`)
})

test('what could not be had at all says that nothing was charged, and where to look on', async () => {
  const ask = await askAtVast((each, all) =>
    all.some((other) => isEqual(each)(other) && other.terms.images === 'any'),
  )
  await refuse(ask)
  const rented = await rentThrough(page, { offerId: ask.id })
  await see(rented)
  await receipt().getByText('No provider had the GPU free').waitFor({ timeout: 60_000 })
  await receipt().getByText('nothing was charged').waitFor()
  expect(await chargedFor(page.context(), rented.id)).toEqual({ micros: 0, seconds: 0 })
  expect(await accessibilityProblems(page)).toEqual([])
  await receipt().getByTestId('find-another').click()
  await page.waitForURL(/\/market\?.*q=/)
  await page.getByTestId('offer-row').first().waitFor()
  await page.goBack()
  await receipt().getByTestId('rent-again').click()
  await page.getByTestId('again-chosen').getByText('Vast.ai could not start it').waitFor()
})

test('a pod that its provider takes away fails the connection test and ends at the last second it was seen alive', async () => {
  const { id: offerId } = await firstOffer(page, 'q=4090&provider=runpod&gpuCount=1')
  const rented = await rentThrough(page, { offerId })
  await see(rented)
  await page.getByTestId('ssh-command').waitFor({ timeout: 60_000 })
  await cloudControl(upstreamsControl).kill(rented.id)
  await page.getByTestId('test-connection').click()
  await page.getByTestId('connection-outcome').getByText('Nobody answers at this address').waitFor()
  await receipt().getByText('The provider took it away').waitFor({ timeout: 120_000 })
  const { meter } = await rentalOf(page.context(), rented.id)
  expect(await chargedFor(page.context(), rented.id)).toEqual({
    micros: meter.chargedMicros,
    seconds: meter.billedSeconds,
  })
  await timeline().getByText('The pod is gone at the provider. It was last seen alive at').waitFor()
})

test('a pod with a budget ends by itself before it costs a millionth more', async () => {
  const dear = await firstOffer(page, 'q=H100&provider=runpod&gpuCount=8')
  const rented = await rentThrough(page, {
    offerId: dear.id,
    duration: { kind: 'budget', spendLimitMicros: 100_000 },
  })
  await see(rented)
  await page.getByTestId('ends-at').getByText('up to $0.10').waitFor()
  await receipt().getByText('Its budget was reached').waitFor({ timeout: 120_000 })
  const { micros } = await chargedFor(page.context(), rented.id)
  expect(micros).toBeLessThanOrEqual(100_000)
  expect(micros).toBeGreaterThan(100_000 - Math.ceil(rented.meter.priceMicrosPerHour / 3600))
})

test('a pod of somebody else and one that never was look the same, and lead on', async () => {
  const other = await visit()
  const { items } = await getJson<{ items: RentalDetail[] }>(page.context(), '/v1/rentals?state=all')
  for (const id of [items[0]!.id, 'rent_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'nothing']) {
    await other.page.goto(`/pods/${id}`)
    await other.page.getByTestId('pod-missing').getByText(`You are signed in as ${other.login}`).waitFor()
  }
  expect(await accessibilityProblems(other.page)).toEqual([])
  await other.page.getByRole('link', { name: 'All pods' }).last().click()
  await other.page.getByTestId('preset').first().waitFor()
})
