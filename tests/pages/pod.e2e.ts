import { costAfter } from '@berth/contract/money'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { chargedFor, eventsOf, rentalIdOf, rentalOf } from '../support/rent-through.ts'
import { rentFirst, sidewaysScroll } from '../support/visitor.ts'
import { useVisitors, type Visitor } from '../support/visitors.ts'
import { DESKTOP, PHONE, WIDTHS } from '../support/widths.ts'

const { visit } = useVisitors()
const PATIENCE = { timeout: 30_000 }

describe.each(WIDTHS)('on %s, the page of a pod', (_, viewport) => {
  let visitor: Visitor
  let page: Page
  let id: string
  const rental = () => rentalOf(page.context(), id)
  /** A look takes seconds: each state is looked at in the width that is harder for it. */
  const expectAccessible = async (width: typeof DESKTOP) => {
    if (viewport === width) expect(await accessibilityProblems(page)).toEqual([])
  }

  beforeAll(async () => {
    visitor = await visit({
      viewport,
      key: true,
      dollars: 25,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    page = visitor.page
    await rentFirst(page, { market: 'q=4090&provider=runpod', hours: 1, port: 8888 })
    id = rentalIdOf(page)
  })

  test('tells in plain words what has happened, from the wish to the first billed second', async () => {
    await page.locator('[data-testid=timeline] [data-kind=running]').waitFor()
    const told = await page.getByTestId('timeline').locator('li p').allTextContents()
    expect(told).toEqual([
      'You asked for this pod.',
      expect.stringMatching(/^\$0\.\d+ of your wallet is held/),
      expect.stringMatching(/^Attempt 1: asking RunPod for the pod, at \$0\.\d+ per hour\.$/),
      'RunPod created the pod. It is booting; nothing is charged yet.',
      expect.stringMatching(/^The pod answers by SSH after .+ Billing starts now\.$/),
    ])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await expectAccessible(DESKTOP)
  })

  test('shows at any moment what the ledger would charge then, give or take one second of its price', async () => {
    const { meter, endsAt } = await rental()
    const second = Math.ceil(meter.priceMicrosPerHour / 3600)
    for (let look = 0; look < 6; look += 1) {
      const { atMs, micros, leftSeconds } = await figuresAtAMomentOfChance(page)
      const lived = Math.floor((atMs - Date.parse(meter.startedAt!)) / 1000)
      const due = Number(costAfter(BigInt(meter.priceMicrosPerHour), lived))
      expect(Math.abs(micros - due), `after ${lived} s`).toBeLessThanOrEqual(second)
      expect(Math.abs(leftSeconds - (Date.parse(endsAt!) - atMs) / 1000)).toBeLessThanOrEqual(2)
    }
  })

  test('gives the SSH command and the address of a port to take along, and tests the way there', async () => {
    const { ssh, ports } = await rental()
    await page.getByRole('button', { name: 'Copy SSH command' }).click()
    await expect.poll(() => clipboardOf(page), PATIENCE).toBe(ssh!.command)
    await page.getByRole('button', { name: 'Copy Port 8888' }).click()
    await expect
      .poll(() => clipboardOf(page), PATIENCE)
      .toBe(`http://${ports[0]!.address!.host}:${ports[0]!.address!.port}`)
    await page.getByTestId('test-connection').click()
    await page.getByTestId('connection-outcome').getByText('It let us in').waitFor()
  })

  test('is called by another name where the name stands, with nothing but the keyboard, and other tabs hear of it', async () => {
    const other = await page.context().newPage()
    await other.goto('/pods')
    await page.getByTestId('rename').press('Enter')
    const field = page.getByTestId('rename-field')
    await field.fill('given up')
    await field.press('Escape')
    await page.getByTestId('rename').press('Enter')
    await field.fill(' ')
    await field.press('Enter')
    await page.getByTestId('rename-error').getByText('Give it a name.').waitFor()
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await field.fill('night train')
    await field.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'night train' }).waitFor()
    await expect
      .poll(
        () => page.getByTestId('rename').evaluate((button) => button === document.activeElement),
        PATIENCE,
      )
      .toBe(true)
    await other.getByRole('link', { name: 'night train' }).waitFor()
    await other.close()
    expect(await rental()).toMatchObject({ name: 'night train', phase: 'running' })
  })

  test('previews an extension, says where the wallet ends it, and changes nothing until it is confirmed', async () => {
    const { endsAt } = await rental()
    await page.getByTestId('extend-button').click()
    const hours = page.getByTestId('extend-hours')
    await hours.fill('0')
    await page.getByText('Between a minute and a year.').waitFor()
    expect(await page.getByTestId('extend-submit').isDisabled()).toBe(true)
    await hours.fill('5000')
    await page.getByTestId('extend-over-wallet').getByRole('link', { name: 'Top up' }).waitFor()
    await expectAccessible(PHONE)
    await expectWithin(page, 'extend-submit')
    await hours.fill('2')
    await page.getByTestId('extend-over-wallet').waitFor({ state: 'detached' })
    expect(await page.getByTestId('extend-preview').textContent()).toMatch(/Ends.+→.+Costs up to\s*\$0\.76/)
    await page.keyboard.press('Escape')
    await page.getByTestId('extend-submit').waitFor({ state: 'detached' })
    expect(await rental()).toMatchObject({ endsAt })
  })

  test('extends once, however often one presses', async () => {
    const before = Date.parse((await rental()).endsAt!)
    await page.getByTestId('extend-button').click()
    await page.getByTestId('extend-hours').fill('2')
    await page.getByTestId('extend-submit').dblclick()
    await page.getByTestId('extend-submit').waitFor({ state: 'detached' })
    await page.locator('[data-testid=timeline] [data-kind=extended]').waitFor()
    expect(Date.parse((await rental()).endsAt!)).toBe(before + 2 * 3_600_000)
  })

  test('spells out what a stop means, and keeps the pod when one thinks better of it', async () => {
    await page.getByTestId('stop-button').click()
    await page.getByTestId('stop-loses').getByText('its disk').waitFor()
    expect(await page.getByTestId('stop-costs').textContent()).toMatch(
      /It has cost \$0\.\d+ in all\. \$0\.\d+ that was held ahead comes back/,
    )
    await expectWithin(page, 'stop-confirm')
    await expectAccessible(PHONE)
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByTestId('stop-confirm').waitFor({ state: 'detached' })
    expect(await rental()).toMatchObject({ phase: 'running', stopRequestedAt: null })
  })

  test('stops once on a double click, and ends with a receipt that the ledger bears out', async () => {
    await page.getByTestId('stop-button').click()
    await page.getByTestId('stop-confirm').dblclick()
    await page.getByTestId('receipt').waitFor({ timeout: 60_000 })
    const kinds = (await eventsOf(page.context(), id)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'stop_requested')).toHaveLength(1)

    const { micros, seconds } = await chargedFor(page.context(), id)
    const receipt = page.getByTestId('receipt')
    expect(await receipt.getByTestId('rental-cost').textContent()).toBe(dollars(micros))
    expect(await receipt.textContent()).toContain(`${seconds} s × $`)
    await page.reload()
    await receipt.getByText('You stopped it').waitFor()
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await expectAccessible(DESKTOP)
    expect(visitor.complaints).toEqual([])
  })
})

const clipboardOf = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText())

const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(6)}`

/** Read once everything that was due by then has run, however busy this machine is. */
async function figuresAtAMomentOfChance(page: Page) {
  const { atMs, cost, left } = await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1500))
    const text = (testId: string) => document.querySelector(`[data-testid=${testId}]`)?.textContent ?? ''
    return { atMs: Date.now(), cost: text('rental-cost'), left: text('ends-at') }
  })
  const [, hours = 0, minutes = 0, seconds = 0] = /· (?:(\d+)h ?)?(?:(\d+)m ?)?(?:(\d+)s)?/.exec(left) ?? []
  return {
    atMs,
    micros: Math.round(Number(cost.replace('$', '')) * 1_000_000),
    leftSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
  }
}

/** A button of a dialog is no use below the edge of a phone. */
async function expectWithin(page: Page, testId: string): Promise<void> {
  const box = await page.getByTestId(testId).boundingBox()
  const { width, height } = page.viewportSize()!
  expect(box!.x >= 0 && box!.x + box!.width <= width).toBe(true)
  expect(box!.y >= 0 && box!.y + box!.height <= height).toBe(true)
}
