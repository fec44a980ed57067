import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { openMockDashboard, type MockDashboard, type MockVisit } from '../support/mock-dashboard.ts'

let dashboard: MockDashboard
beforeAll(async () => {
  dashboard = await openMockDashboard()
})
afterAll(() => dashboard?.close())

const visit = async (path: string, how: MockVisit) => (await dashboard.visit(path, how)).page

describe('a page whose data cannot be read', () => {
  test.each([
    ['/market', 'catalog.listings:internal'],
    ['/pods', 'rentals.list:internal'],
    ['/wallet', 'billing.ledger:internal'],
    ['/wallet', 'billing.balance:internal'],
    ['/keys', 'sshKeys.list:internal'],
    ['/keys', 'sshKeys.list:unreachable'],
  ])('%s says what failed, with a number to quote and a way on (%s)', async (path, fail) => {
    const page = await visit(path, { fail })
    const notice = page.getByTestId('failure').first()
    await notice.waitFor()
    const unreachable = fail.endsWith('unreachable')
    expect(await notice.getAttribute('data-code')).toBe(unreachable ? 'unreachable' : 'internal')
    expect((await notice.textContent())?.includes('req_')).toBe(!unreachable)
    expect(await notice.getByRole('button').count()).toBeGreaterThan(0)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.context().close()
  })
})

describe('renting says why not', () => {
  test.each([
    ['tensordock:DE-FRA/rtx-a6000/1', '[data-testid=failure][data-code=offer_gone]'],
    ['verda:FIN-02/l40s/1', '[data-testid=price-rise]'],
  ])('when %s is wanted (%s)', async (offer, notice) => {
    const page = await visit(`/rent/${encodeURIComponent(offer)}`, {})
    await page.getByTestId('rent-submit').click()
    await page.locator(notice).first().waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.context().close()
  })
})

test.each([
  ['an empty wallet', 'new', /You miss \$0\.\d+/],
  ['a wallet that owes money', 'in-debt', /You miss \$12\.\d+/],
])('%s is told what is missing before anything is pressed', async (_wallet, scenario, words) => {
  const page = await visit('/rent/runpod%3AUS-KS-2%2Fh100%2F1', { scenario })
  const shortfall = page.getByTestId('shortfall')
  await shortfall.waitFor()
  expect(await shortfall.textContent()).toMatch(words)
  expect(await page.getByTestId('rent-submit').isDisabled()).toBe(true)
  expect(await accessibilityProblems(page)).toEqual([])
  await page.context().close()
})

test('a wallet that runs dry is announced on every page', async () => {
  const page = await visit('/market', { scenario: 'low-balance' })
  await page.getByTestId('low-balance').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.context().close()
})

test('a live stream that cannot be opened is said to be reconnecting, and a device without a network to be offline', async () => {
  const page = await visit('/pods', { fail: 'events:unreachable' })
  const state = () => page.getByTestId('live-mark').getAttribute('data-state')
  await expect.poll(state).toBe('reconnecting')
  await page.context().setOffline(true)
  await expect.poll(state).toBe('offline')
  await page.context().close()
})

test('an answer that says "signed out" leads to signing in, and back', async () => {
  const page = await visit('/keys', { fail: 'sshKeys.list:not_signed_in' })
  await page.waitForURL(/\/sign-in/)
  expect(new URL(page.url()).searchParams.get('returnTo')).toBe('/keys')
  await page.context().close()
})

test('a market without an offer says so', async () => {
  const page = await visit('/market', { scenario: 'empty-market' })
  await page.getByText('The market is empty').waitFor()
  expect(await page.getByTestId('rent-button').count()).toBe(0)
  await page.context().close()
})
