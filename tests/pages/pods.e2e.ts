import type { Page } from 'playwright-core'
import { beforeAll, expect, inject, test } from 'vitest'
import pg from 'pg'
import { accessibilityProblems } from '../support/accessibility.ts'
import { OUR_FAILURE } from '../support/our-failure.ts'
import { firstOffer, rentalIdOf, rentalOf, rentThrough, sendJson } from '../support/rent-through.ts'
import { stopPod, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors, type Visitor } from '../support/visitors.ts'
import { DESKTOP, PHONE } from '../support/widths.ts'

const { visit } = useVisitors()
const { ownerUrl } = inject('stack')

let visitor: Visitor
/** Two tabs of one person: a wide one, and one as narrow as a phone, which nobody reloads. */
let page: Page
let other: Page
const row = (tab: Page, id: string) => tab.locator(`[data-rental-id="${id}"]`)

beforeAll(async () => {
  visitor = await visit({ key: true, dollars: 25, permissions: ['clipboard-read', 'clipboard-write'] })
  page = visitor.page
  other = await page.context().newPage()
  await other.setViewportSize(PHONE)
  for (const tab of [page, other]) await tab.goto('/pods')
})

test.each([
  ['a desktop', () => page],
  ['a phone', () => other],
])('on %s, somebody without pods is offered three ways to begin, and the way back', async (_, tab) => {
  const presets = tab().getByTestId('preset')
  await presets.first().waitFor()
  expect(await presets.count()).toBe(3)
  expect(await sidewaysScroll(tab())).toBeLessThanOrEqual(0)
  expect(await accessibilityProblems(tab())).toEqual([])
  await presets.first().click()
  await tab().waitForURL(/minMemoryGib=24/)
  await tab().goBack()
  await presets.first().waitFor()
})

test('a new pod comes into every tab by itself, boots and runs before one’s eyes, and its SSH command is at hand', async () => {
  const { id: offerId } = await firstOffer(page, 'q=4090&provider=runpod&gpuCount=1')
  const { id } = await rentThrough(page, {
    offerId,
    name: 'night-train',
    env: { HF_TOKEN: 'hf_known_to_nobody' },
    ports: [8888],
  })
  for (const tab of [page, other]) await row(tab, id).getByText('night-train').waitFor()
  for (const tab of [page, other]) {
    await tab.locator(`[data-rental-id="${id}"] [data-phase=running]`).waitFor({ timeout: 90_000 })
    await tab.getByText(/^\$0\.\d+ per hour in all$/).waitFor()
    await tab.evaluate(() => navigator.clipboard.writeText(''))
    await row(tab, id).getByRole('button', { name: 'Copy SSH night-train' }).click()
    await expect.poll(() => tab.evaluate(() => navigator.clipboard.readText())).toMatch(/^ssh -p \d+ root@/)
    expect(await sidewaysScroll(tab)).toBeLessThanOrEqual(0)
  }
  expect(await accessibilityProblems(page)).toEqual([])
  expect(visitor.complaints).toEqual([])
})

test('a tab that was offline tells the truth again as soon as it is back', async () => {
  const { page: elsewhere } = await visit({ login: visitor.login })
  await page.context().setOffline(true)
  await other.locator('[data-testid=live-mark][data-state=offline]').waitFor()
  const { id: offerId } = await firstOffer(elsewhere, 'q=4090&provider=runpod&gpuCount=2')
  const { id } = await rentThrough(elsewhere, { offerId, name: 'rented-elsewhere' })
  await sendJson(elsewhere, `/v1/rentals/${id}/stop`)
  expect(await other.getByTestId('pod-row').count()).toBe(1)
  await page.context().setOffline(false)
  await other.locator('[data-testid=live-mark][data-state=live]').waitFor()
  await other.getByTestId('ended-pods').getByText('rented-elsewhere').waitFor({ timeout: 60_000 })
})

test('a pod that is stopped in one tab ends in the other, and moves to those that have ended', async () => {
  await page.getByRole('link', { name: 'night-train' }).focus()
  await page.keyboard.press('Enter')
  await stopPod(page)
  await other.getByTestId('ended-pods').getByText('night-train').waitFor({ timeout: 60_000 })
  await other.getByTestId('ended-pods').getByText('You stopped it').first().waitFor()
  await other.getByTestId('preset').first().waitFor()
  await other.getByText('Nothing runs').first().waitFor()
  expect(await other.getByTestId('live-pods').count()).toBe(0)
})

test('what has ended is rented again from its row, and only the values of variables are asked for anew', async () => {
  await page.goto('/pods')
  await page.getByRole('link', { name: 'Rent again: night-train' }).press('Enter')
  await page.getByTestId('again-chosen').getByText('This is the offer you had, at the same price.').waitFor()
  await page.getByText('enter them anew: HF_TOKEN').waitFor()
  expect(await page.getByTestId('ports').inputValue()).toBe('8888')
  expect(await page.getByTestId('rent-name').inputValue()).toBe('night-train')
  await page.setViewportSize(PHONE)
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  await page.setViewportSize(DESKTOP)
  await page.getByTestId('env-value').fill('hf_2')
  await page.getByText('enter them anew').waitFor({ state: 'detached' })
  await page.getByTestId('rent-name').fill('day-train')
  await page.getByTestId('rent-submit').click()
  await page.waitForURL(/\/pods\/rent_/)
  const { id } = await sendJson<{ id: string }>(page, `/v1/rentals/${rentalIdOf(page)}/stop`)
  expect(await rentalOf(page.context(), id)).toMatchObject({
    name: 'day-train',
    envNames: ['HF_TOKEN'],
    durationSeconds: 3600,
    ports: [{ port: 8888 }],
  })
  await other.getByTestId('ended-pods').getByText('day-train').waitFor({ timeout: 60_000 })
})

test('many that have ended come page by page, each once', async () => {
  await addEnded(visitor.login!, 60)
  await page.goto('/pods')
  const ended = page.getByTestId('ended-pods').getByTestId('pod-row')
  await ended.first().waitFor()
  expect(await ended.count()).toBe(50)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect.poll(() => ended.count()).toBe(63)
  const ids = await ended.evaluateAll((rows) => rows.map((each) => each.getAttribute('data-rental-id')))
  expect(new Set(ids).size).toBe(63)
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
})

test('a list that can not be read says so, and is read again when asked', async () => {
  await page.route('**/v1/rentals?*', (route) => route.fulfill(OUR_FAILURE))
  await page.goto('/pods')
  const failure = page.getByTestId('failure').first()
  await failure.getByText('Your pods could not be read').waitFor()
  expect(await page.getByTestId('preset').count()).toBe(0)
  await page.unroute('**/v1/rentals?*')
  await failure.getByRole('button', { name: 'Try again' }).click()
  await page.getByTestId('preset').first().waitFor()
})

test('a tab of an older version finds its way to a page that it can no longer load', async () => {
  let lost = 0
  await page.route('**/assets/market-page-*.js', (route) => (lost++ === 0 ? route.abort() : route.continue()))
  await page.getByTestId('preset').first().click()
  await page.waitForURL(/\/market/)
  await page.getByTestId('offer-row').first().waitFor()
  expect(lost).toBeGreaterThan(1)
})

/** As many more that have ended as the one there is: sixty rentals would take a test minutes. */
async function addEnded(handle: string, count: number): Promise<void> {
  const database = new pg.Client({ connectionString: ownerUrl })
  await database.connect()
  const { rowCount } = await database.query(
    `INSERT INTO rentals SELECT (jsonb_populate_record(rental, jsonb_build_object(
         'id', left(rental.id, 20) || lpad(n::text, length(rental.id) - 20, '0'),
         'requested_at', rental.requested_at - n * interval '1 hour'))).*
       FROM rentals rental JOIN users ON users.id = rental.user_id, generate_series(1, $2::int) n
      WHERE users.handle = $1 AND rental.name = 'night-train'`,
    [handle, count],
  )
  await database.end()
  expect(rowCount).toBe(count)
}
