import { readFile } from 'node:fs/promises'
import type { Balance, LedgerLine } from '@berth/contract/schemas/billing'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import type { Statement, Usage } from '@berth/contract/schemas/reports'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { operatorOf } from '../support/operator.ts'
import { getJson, rentFirst, sidewaysScroll, stopPod } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'
import { WIDTHS } from '../support/widths.ts'

const LONG = { timeout: 60_000 }
const DAY_MS = 86_400_000
/** More than the ledger shows at once. */
const CREDITS = 52
const LEFT_MICROS = 300_000

const { visit } = useVisitors()
let operator: ReturnType<typeof operatorOf>
let page: Page
let pod: RentalDetail

beforeAll(async () => {
  operator = operatorOf((await visit({ login: 'operator' })).page.context())
  ;({ page } = await visit({ key: true, dollars: 25 }))
})

test('a pod that ends before the money does: what it burns and holds, and what will be left', async () => {
  await rentFirst(page, { market: 'q=4090&provider=runpod', hours: 1 })
  pod = await json(`/v1/rentals/${/rent_\w+/.exec(page.url())![0]}`)
  await page.goto('/wallet')
  await page.getByText('Every pod ends before the money does').first().waitFor()
  expect(await page.getByTestId('runway').textContent()).toBe('longer than all your pods')
  await page.getByTestId('ledger-row').and(page.locator('[data-kind=hold]')).first().waitFor()
  expect(await page.getByTestId('low-balance').count()).toBe(0)
  await page.goto('/wallet/usage')
  await page.getByText('A pod that runs is charged, and so counted here, every few minutes.').waitFor()
})

test('with little left, every page says how long it lasts and where to top up, until there is more', async () => {
  const { availableMicros } = await json<Balance>('/v1/billing/balance')
  const taken = { kind: 'debit' as const, reason: 'Taken back for a test.' }
  await operator.adjust(page.context(), { ...taken, amountMicros: availableMicros - LEFT_MICROS })
  await page.goto('/pods')
  const banner = page.getByTestId('low-balance')
  await banner.getByText(/At \$\d.* an hour your balance of \$\d.* lasts \d+m/).waitFor()
  await page.goto('/wallet')
  await page.getByTestId('forecast').getByText('If nothing changes, the wallet is empty by').waitFor()
  for (const [, viewport] of WIDTHS) {
    await page.setViewportSize(viewport)
    await banner.waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  }
  await banner.getByRole('link', { name: 'Top up' }).click()
  await page.waitForURL(/#top-up$/)
  await page.getByTestId('top-up-25').click()
  await page.getByTestId('top-up-submit').click()
  await page.getByTestId('pay').click()
  await page.getByText('Pods that were running dry go on.').waitFor(LONG)
  await banner.waitFor({ state: 'detached' })
})

test('once it is stopped, nothing is held, and nothing is forecast', async () => {
  await page.goto(`/pods/${pod.id}`)
  await stopPod(page)
  pod = await json(`/v1/rentals/${pod.id}`)
  await page.goto('/wallet')
  await page.getByText('nothing runs').waitFor()
  expect(await page.getByTestId('balance-held').textContent()).toBe('$0.00')
  expect(await page.getByTestId('forecast').count()).toBe(0)
})

test('the ledger is read page by page, by kind and by pod, and each movement says how it was computed', async () => {
  await operator.adjust(page.context(), aCent, CREDITS)
  await page.goto('/wallet')
  const rows = page.getByTestId('ledger-row')
  await expect.poll(() => rows.count()).toBe(50)
  await page.locator('#ledger').getByRole('button', { name: 'Show more' }).click()
  const { length } = await ledger()
  await expect.poll(() => rows.count()).toBe(length)

  await page.getByTestId('ledger-filter').selectOption('charge')
  await page.waitForURL(/kind=charge/)
  await expect.poll(() => kindsOf()).toEqual(['charge'])
  await rows.first().getByRole('button').click()
  await page.getByText(/\d+ s × \$[\d.]+\/h ÷ 3600 = \$[\d.]+/).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByTestId('ledger-filter').selectOption('dispute')
  await page.getByText('No movement of this kind.').waitFor()
  await page.goto(`/wallet?rentalId=${pod.id}`)
  await page.getByRole('button', { name: `Only ${pod.name}` }).waitFor()
  await expect.poll(() => kindsOf()).not.toContain('top_up')
})

test('what is saved of it are the movements on screen, and they sum to the balance and to the pod’s charge', async () => {
  await page.goto(`/wallet?rentalId=${pod.id}`)
  await page.getByTestId('ledger-row').first().waitFor()
  const ofPod = await saved('ledger-csv')
  expect(sum(ofPod, 'usd_available') + sum(ofPod, 'usd_held')).toBe(-pod.meter.chargedMicros)
  await page.goto('/wallet')
  const all = await saved('ledger-csv')
  expect(all.map(({ transaction_id }) => transaction_id).toReversed()).toEqual(
    (await ledger()).map(({ id }) => id),
  )
  const { availableMicros, heldMicros } = await json<Balance>('/v1/billing/balance')
  expect([sum(all, 'usd_available'), sum(all, 'usd_held')]).toEqual([availableMicros, heldMicros])
})

test('a file that can not be had says why in the page', async () => {
  await page.goto('/wallet/usage')
  await page.getByTestId('usage-row').first().waitFor()
  await page.context().setOffline(true)
  await page.getByTestId('csv-usage').click()
  const failure = page.getByTestId('failure').and(page.locator('[data-code=unreachable]'))
  await failure.getByText('The file could not be made').waitFor()
  await page.context().setOffline(false)
  expect(await saved('csv-usage')).toHaveLength(1)
  await failure.waitFor({ state: 'detached' })
})

describe.each(WIDTHS)('on %s, usage and statements', (_, viewport) => {
  beforeAll(() => page.setViewportSize(viewport))

  test('sum to what was charged, by every property and in the file', async () => {
    const { chargedMicros } = pod.meter
    const month = `from=${monthOf(0)}-01&to=${new Date().toISOString().slice(0, 10)}`
    expect(await json<Usage>(`/v1/reports/usage?${month}`)).toMatchObject({ totalMicros: chargedMicros })
    await page.goto('/wallet/usage')
    for (const group of ['provider', 'gpu', 'pod']) {
      await page.getByTestId(`usage-by-${group}`).click()
      await page.waitForURL(new RegExp(`by=${group}`))
      await expect
        .poll(async () => microsOf(await page.getByTestId('usage-total').textContent()))
        .toBe(chargedMicros)
    }
    await page.getByTestId('usage-row').getByRole('link', { name: pod.name }).waitFor()
    const rows = await saved('csv-usage')
    expect([sum(rows, 'usd'), Number(rows[0]?.['seconds'])]).toEqual([chargedMicros, pod.meter.billedSeconds])
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
    await page.getByTestId('usage-period').selectOption('last_month')
    await page.getByText('Nothing was charged in this time').waitFor()
    expect(await saved('csv-usage')).toEqual([])
  })

  test('of this month open, move by what was moved, and close at the balance', async () => {
    await page.goto('/wallet/usage')
    await page.getByRole('link', { name: nameOf(monthOf(0)) }).click()
    await page.getByTestId('statement').getByText('This month is not over').waitFor()
    const statement = await json<Statement>(`/v1/reports/statements/${monthOf(0)}`)
    const moved = statement.movements.reduce((all, { amountMicros }) => all + amountMicros, 0)
    const { totalMicros } = await json<Balance>('/v1/billing/balance')
    expect([statement.openingMicros + moved, statement.closingMicros]).toEqual([totalMicros, totalMicros])
    expect(microsOf(await page.getByTestId('statement-closing').textContent())).toBe(totalMicros)
    await page.getByTestId('statement').getByText(pod.name).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  })

  test('of another month say that nothing was charged, that it has not begun, or that there is none', async () => {
    await page.goto(`/wallet/statements/${monthOf(-1)}`)
    await page.getByTestId('statement').getByText('Nothing was charged in this time').waitFor()
    await page.goto(`/wallet/statements/${monthOf(1)}`)
    await page.getByText(`${nameOf(monthOf(1))} has not begun`).waitFor()
    expect(await page.getByTestId('print-statement').isDisabled()).toBe(true)
    await page.goto('/wallet/statements/2026-13')
    await page.getByText('There is no such month').last().waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('link', { name: `Statement, ${nameOf(monthOf(0))}` }).click()
    await page.getByTestId('statement-closing').waitFor()
  })
})

const aCent = { kind: 'credit' as const, amountMicros: 10_000, reason: 'A cent for a test.' }

const json = <T>(path: string): Promise<T> => getJson(page.context(), path)

/** The whole ledger of the person, newest first. */
async function ledger(): Promise<LedgerLine[]> {
  return (await json<{ items: LedgerLine[] }>('/v1/billing/ledger?pageSize=200')).items
}

const kindsOf = async (): Promise<string[]> => {
  const kinds = await page
    .getByTestId('ledger-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-kind') ?? ''))
  return [...new Set(kinds)]
}

/** Presses the button and reads the file that comes. */
async function saved(button: string): Promise<Record<string, string>[]> {
  const coming = page.waitForEvent('download')
  await page.getByTestId(button).click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/^berth-(?:ledger|usage)-[\d-]+\.csv$/)
  const [header = '', ...lines] = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n')
  const names = cellsOf(header)
  return lines.map((line) => Object.fromEntries(cellsOf(line).map((cell, at) => [names[at], cell])))
}

const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

const sum = (rows: Record<string, string>[], column: string): number =>
  rows.reduce((all, row) => all + microsOf(row[column] ?? ''), 0)
/** "−$1.250001" or "-1.250001" as micro-dollars; all six decimals stand there. */
const microsOf = (usd: string | null): number =>
  Number((usd ?? '').replaceAll(/[$,.\s]/g, '').replace('−', '-'))

/** "2026-03" so many months from now, in UTC. */
function monthOf(ahead: number): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString().slice(0, 7)
}
const nameOf = (month: string): string =>
  new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(month) + DAY_MS,
  )
