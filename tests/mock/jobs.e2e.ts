import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { openMockDashboard, type MockDashboard } from '../support/mock-dashboard.ts'
import { addSshKey, firstOffer, rentFirst, stopPod } from '../support/visitor.ts'
import { WIDTHS } from '../support/widths.ts'

let dashboard: MockDashboard
beforeAll(async () => {
  dashboard = await openMockDashboard()
})
afterAll(() => dashboard?.close())

describe.each(WIDTHS)('on %s, somebody', (_, viewport) => {
  const visit = async (path: string, scenario = 'usual') =>
    (await dashboard.visit(path, { viewport, scenario })).page

  test('signs in and comes to where they were going', async () => {
    const page = await visit('/wallet', 'visitor')
    await page.getByTestId('sign-in-github').click()
    await page.waitForURL(/\/wallet$/)
    expect(await page.getByTestId('balance').first().textContent()).toContain('$')
    await page.context().close()
  })

  test('finds a GPU by name and by filter, and shares the address', async () => {
    const page = await visit('/market?q=h200')
    await firstOffer(page).waitFor()
    const names = await page.getByTestId('offer-row').allTextContents()
    expect(names.length).toBeGreaterThan(0)
    expect(names.every((name) => name.includes('H200'))).toBe(true)
    await page.context().close()
  })

  test('is told one balance by the bar, the wallet and the quote, and how much of it is free to spend', async () => {
    const page = await visit('/wallet')
    const figures = async (...testIds: string[]) => {
      const places = page.locator(testIds.map((id) => `[data-testid=${id}]`).join())
      return (await places.allTextContents()).map((text) => /\$(\d+\.\d\d(?:\d{4})?)/.exec(text)?.[1] ?? '')
    }
    await page.getByTestId('balance').waitFor()
    const [inBar, balance, free, held] = await figures(
      'balance-pill',
      'balance',
      'balance-free',
      'balance-held',
    )
    expect(inBar).toBe(balance)
    expect((Number(free) + Number(held)).toFixed(6).slice(0, -4)).toBe(balance)
    await page.goto('/rent/runpod%3AUS-KS-2%2Fh100%2F1')
    await expect.poll(async () => (await figures('quote-balance'))[0]).toMatch(/^\d/)
    const [shown, quoted, spendable] = await figures('balance-pill', 'quote-balance', 'quote-free')
    expect(quoted).toBe(shown)
    expect(Number(spendable)).toBeLessThan(Number(quoted))
    await page.context().close()
  })

  test('rents a pod, sees it boot, tick and run, and stops it for a receipt that adds up', async () => {
    const page = await visit('/market')
    await rentFirst(page, { market: 'q=4090&provider=runpod', hours: 1 })
    expect(await page.getByTestId('ssh-command').textContent()).toContain('ssh -p')
    const cost = () => page.getByTestId('rental-cost').first().textContent()
    const before = await cost()
    await expect.poll(cost, { timeout: 30_000 }).not.toBe(before)
    await stopPod(page)
    expect(await page.getByTestId('receipt').textContent()).toMatch(/[\d,]+ s × \$[\d.]+ ÷ 3600/)
    await page.context().close()
  })

  test('tops up by card, has a card declined, and turns back', async () => {
    const page = await visit('/wallet', 'new')
    await pay(page, 'decline')
    await returned(page, 'failed')
    await pay(page, 'pay')
    await returned(page, 'paid')
    await pay(page, 'turn-back')
    await returned(page, 'open')
    expect(await page.getByTestId('balance').first().textContent()).toContain('$25')
    await page.context().close()
  })

  test('sees the whole SSH command, however long its address, and copies the whole', async () => {
    const page = await visit('/pods')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByTestId('live-pods').getByRole('link').last().click()
    const command = page.getByTestId('ssh-command')
    await page.getByRole('button', { name: 'Copy SSH command' }).click()
    await page.getByText('Copied').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await command.textContent())
    const cutOff = () => command.evaluate((element) => element.scrollWidth - element.clientWidth)
    expect(await cutOff()).toBeLessThanOrEqual(0)
    await command.evaluate(
      (element) => (element.textContent = `ssh -p 40022 root@${'a-long-name.'.repeat(8)}net`),
    )
    expect(await cutOff()).toBeLessThanOrEqual(0)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    await page.context().close()
  })

  test('reads each hour of a pod’s cost by pointer and by keys, in one line above the bars', async () => {
    const page = await visit('/pods')
    await page.getByTestId('live-pods').getByRole('link').last().click()
    const chart = page.getByTestId('usage-chart')
    const line = chart.getByTestId('bar-reading')
    const slider = chart.getByRole('slider', { name: 'Cost over its life' })
    await expect.poll(() => line.textContent()).toMatch(/^\$\d+\.\d{6}in all; each bar is an hour$/)
    await slider.scrollIntoViewIfNeeded()
    await slider.click({ position: { x: 2, y: 60 } })
    await expect.poll(() => line.textContent()).toMatch(/^\$\d\.\d{6}\w{3} \d+, \d\d:00 · \$\d\.\d+ so far$/)
    const first = await slider.getAttribute('aria-valuetext')
    expect(await slider.getAttribute('aria-valuenow')).toBe('1')
    await slider.press('ArrowRight')
    expect(await slider.getAttribute('aria-valuenow')).toBe('2')
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(first)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.context().close()
  })

  test('adds an SSH key, is told of a weak one, and removes one', async () => {
    const page = await visit('/keys', 'new')
    await addSshKey(page, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMine me@desk')
    await page.getByTestId('add-key').first().click()
    await page.getByTestId('ssh-key-public').fill('ssh-rsa AAAAB3NzaC1yc2E old')
    await page.getByTestId('ssh-key-name').fill('old')
    await page.getByTestId('add-key-submit').click()
    await page.getByText('RSA keys under 3072 bits').waitFor()
    await page.reload()
    await page.getByTestId('remove-key').first().click()
    await page.getByTestId('remove-key-confirm').click()
    await page.getByTestId('ssh-key-row').waitFor({ state: 'detached' })
    expect(await page.getByTestId('add-key').count()).toBeGreaterThan(0)
    await page.context().close()
  })

  test('extends a running pod', async () => {
    const page = await visit('/pods')
    await page.getByTestId('live-pods').getByRole('link').last().click()
    await page.getByTestId('extend-button').click()
    await page.getByTestId('extend-budget').waitFor()
    await page.getByTestId('extend-budget').fill('50')
    await page.getByTestId('extend-submit').click()
    await expect.poll(() => page.getByTestId('ends-at').first().textContent()).toContain('$50')
    await page.context().close()
  })
})

async function pay(page: Page, choice: 'pay' | 'decline' | 'turn-back'): Promise<void> {
  await page.getByTestId('top-up-25').click()
  await page.getByTestId('top-up-submit').click()
  await page.getByTestId(choice).click()
}

const returned = (page: Page, status: string) =>
  page.locator(`[data-testid=top-up-return][data-status=${status}]`).waitFor()
