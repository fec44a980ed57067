import type { OfferView } from '@berth/contract/schemas/catalog'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import { INSTANCE_TYPES, renderInstanceType } from '@berth/upstreams/verda/instance-types'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { marketControl } from '../support/market-control.ts'
import { firstOffer, rentalIdOf, rentalOf, sendJson } from '../support/rent-through.ts'
import { until } from '../support/until.ts'
import { getJson, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

const { visit } = useVisitors()
const verda = marketControl(inject('stack'), 'verda')

const DEARER = { instanceType: '1A6000.10V', query: 'q=A6000&provider=verda&gpuCount=1' }
const TAKEN = { instanceType: '1L40S.20V', query: 'q=L40S&provider=verda&gpuCount=1' }
const PATIENCE = { timeout: 60_000 }

/** Two people with the same form open: one hears what changes, the other presses before they have heard. */
let hears: Page
let hasNotHeard: Page
let soldOut: OfferView

beforeAll(async () => {
  for (const { instanceType } of [DEARER, TAKEN])
    await verda.stock({ instanceType, location: 'FIN-01', isSpot: false, free: 3 })
  await verda.refresh()
  const come = async (viewport: typeof DESKTOP): Promise<Page> =>
    (await visit({ viewport, key: true, dollars: 25 })).page
  ;[hears, hasNotHeard] = await Promise.all([come(DESKTOP), come(PHONE)])
  await hasNotHeard.route('**/v1/events', (route) => route.abort())
})

afterAll(async () => {
  for (const { instanceType } of [DEARER, TAKEN])
    await verda.stock({ instanceType, location: 'FIN-01', isSpot: false, free: null })
})

test('a price that rises under the open form is told with the old one, before the press or after it, and is charged to nobody who did not accept it', async () => {
  const before = await openForms(DEARER.query)
  const takeBack = await verda.answer(
    '/instance-types$',
    INSTANCE_TYPES.map((type) => ({
      ...renderInstanceType(type),
      ...(type.instanceType === DEARER.instanceType && { price_per_hour: '0.75' }),
    })),
  )
  try {
    await verda.refresh()
    await onMarket(before, (now) => now.priceMicrosPerHour > before.priceMicrosPerHour)
    await hasNotHeard.getByTestId('rent-submit').click()
    for (const page of [hasNotHeard, hears]) {
      const rise = page.getByTestId('price-rise')
      await rise.waitFor(PATIENCE)
      expect(await rise.textContent()).toMatch(/It is now \$0\.[78]\d* per hour\. You were shown \$0\.5\d*\./)
      await page
        .getByTestId('rent-submit')
        .getByText(/^Accept \$0\.[78]/)
        .waitFor()
      await page.getByTestId('similar-offer').first().waitFor()
      expect(await page.getByTestId('failure').count()).toBe(0)
      expect(await page.getByTestId('ports').inputValue()).toBe('8888')
      expect(await accessibilityProblems(page)).toEqual([])
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
      expect(await rentals(page)).toEqual([])
    }
    await hears.getByTestId('rent-submit').click()
    await hears.waitForURL(/\/pods\/rent_/)
    const { meter, ports } = await rentalOf(hears.context(), rentalIdOf(hears))
    expect(meter.priceMicrosPerHour).toBeGreaterThan(before.priceMicrosPerHour)
    expect(ports).toMatchObject([{ port: 8888 }])
    await sendJson(hears, `/v1/rentals/${rentalIdOf(hears)}/stop`)
    await chooseAnother(hasNotHeard)
  } finally {
    await takeBack()
  }
})

test('an offer that is sold out under the open form says so, before the press or after it, and what else there is', async () => {
  soldOut = await openForms(TAKEN.query)
  await verda.stock({ instanceType: TAKEN.instanceType, isSpot: false, free: 0 })
  await verda.refresh()
  await onMarket(soldOut, () => false)
  await hasNotHeard.getByTestId('rent-submit').click()
  for (const page of [hasNotHeard, hears]) {
    const refusal = page.locator('[data-testid=failure][data-code=offer_gone]')
    await refusal.waitFor(PATIENCE)
    expect(await refusal.textContent()).toMatch(/no longer on the market.*nothing was charged\.(?!.*Nothing)/)
    expect(await page.getByTestId('ports').inputValue()).toBe('8888')
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  }
  await chooseAnother(hasNotHeard)
})

test('and its address, opened later, says so too and leads on to the same GPU elsewhere', async () => {
  await hasNotHeard.goto(`/rent/${encodeURIComponent(soldOut.id)}?q=L40S`)
  await hasNotHeard.getByTestId('rent-gone').getByText('This offer is gone').waitFor()
  await hasNotHeard.getByTestId('similar-offer').first().waitFor()
  expect(await accessibilityProblems(hasNotHeard)).toEqual([])
  expect(await sidewaysScroll(hasNotHeard)).toBeLessThanOrEqual(0)
})

/** Opens the form of the cheapest for both, and fills something in. */
async function openForms(query: string): Promise<OfferView> {
  const offer = await vi.waitUntil(() => firstOffer(hears, query).catch(() => null), { timeout: 30_000 })
  for (const page of [hears, hasNotHeard]) {
    await page.goto(`/rent/${encodeURIComponent(offer.id)}?${query}`)
    await page.locator('[data-testid=ssh-key-choice] input:checked').waitFor({ state: 'attached' })
    await page.getByTestId('ports').fill('8888')
    await page.getByTestId('rent-sentence').waitFor()
  }
  return offer
}

/** Until the API has this to say of the offer; false: until it has it no more. */
async function onMarket({ id }: OfferView, isSo: (now: OfferView) => boolean): Promise<void> {
  const path = `/v1/catalog/listings/${encodeURIComponent(id)}`
  const holds = async (): Promise<boolean> => {
    const response = await hears.request.get(path)
    return response.ok() ? isSo((await response.json()) as OfferView) : response.status() === 404
  }
  await until(holds, { what: `the market has heard of ${id}` })
}

const rentals = async (page: Page): Promise<RentalDetail[]> =>
  (await getJson<{ items: RentalDetail[] }>(page.context(), '/v1/rentals?state=all')).items

/** What was filled in comes along. */
async function chooseAnother(page: Page): Promise<void> {
  const { pathname } = new URL(page.url())
  await page.getByTestId('similar-offer').first().click()
  await page.waitForURL((url) => url.pathname !== pathname && url.pathname.startsWith('/rent/'))
  await page.getByTestId('rent-restored').waitFor()
  expect(await page.getByTestId('ports').inputValue()).toBe('8888')
}
