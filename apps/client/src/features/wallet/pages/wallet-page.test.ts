import type { AutoTopUp, Receipt } from '@berth/contract/schemas/payments'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { mountPage } from '../../../shared/testing/mount-page.ts'
import WalletPage from './wallet-page.vue'

const NOW = '2026-03-01T12:00:00.000Z'
const aBalance = {
  walletId: 'wal_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  availableMicros: 12_000_000,
  heldMicros: 0,
  totalMicros: 12_000_000,
  receivableMicros: 0,
  burnMicrosPerHour: 0,
  runwaySeconds: null,
  dayLimit: null,
  asOf: NOW,
}
const aCard = { brand: 'visa', last4: '4242', expMonth: 4, expYear: 2029, savedAt: NOW }
const settings = (change: Partial<AutoTopUp> = {}): AutoTopUp => ({
  enabled: true,
  thresholdMicros: 10_000_000,
  amountMicros: 50_000_000,
  monthlyCapMicros: 500_000_000,
  state: 'ready',
  pause: null,
  declines: 0,
  lastFailure: null,
  chargedThisMonthMicros: 50_000_000,
  nextAttemptAt: null,
  ...change,
})
const paused = (reason: 'declined' | 'authentication_required') =>
  settings({
    state: 'paused',
    pause: { reason, at: NOW, actionUrl: 'https://berth.test/wallet#auto-top-up' },
    declines: 1,
    lastFailure: { words: 'Your card was declined.', at: NOW },
  })
const aReceipt: Receipt = {
  topUpId: 'top_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  amountMicros: 50_000_000,
  origin: 'auto',
  paidAt: NOW,
  card: { brand: 'visa', last4: '4242' },
  receiptUrl: 'https://pay.stripe.test/receipt',
  reversals: [{ id: 're_1', amountMicros: 7_000_000, status: 'refunded', at: NOW }],
}
const aTopUp = {
  id: 'top_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  amountMicros: 50_000_000,
  status: 'open',
  checkoutUrl: 'https://checkout.stripe.test/c',
  createdAt: NOW,
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('auto top-up on the wallet page', () => {
  it('can not be turned on without a card, and says why', async () => {
    const { page } = await setup({ card: null, auto: settings({ enabled: false, state: 'off' }) })
    expect(page.find('[data-testid=saved-card]').text()).toContain('No saved card')
    expect(page.find('[data-testid=auto-enabled]').attributes('disabled')).toBeDefined()
    expect(page.text()).toContain('Save a card first.')
  })

  it('sends what was typed, in cents, and shows what the server kept', async () => {
    const { page, api } = await setup()
    api.on('PUT /v1/billing/auto-top-up', () => settings({ amountMicros: 75_000_000 }))
    await page.find('[data-testid=auto-amount]').setValue('75')
    expect(page.text()).toContain('Below $10.00 we charge $75.00, and never more than $500.00')
    await page.find('form#auto-top-up-form').trigger('submit')
    await flushPromises()
    expect(api.calls.find(({ route }) => route.startsWith('PUT'))?.body).toEqual({
      enabled: true,
      thresholdCents: 1000,
      amountCents: 7500,
      monthlyCapCents: 50_000,
    })
    expect(page.find('[data-testid=auto-save]').attributes('disabled')).toBeDefined()
  })

  it.each([
    ['amount', '5', 'At least the threshold'],
    ['monthlyCap', '40', 'At least one charge'],
    ['threshold', 'ten', 'Whole cents'],
  ])('says what is wrong with %s at %s, before anything is sent', async (field, typed, words) => {
    const { page } = await setup()
    await page.find(`[data-testid=auto-${field}]`).setValue(typed)
    expect(page.find('[data-testid=auto-top-up]').text()).toContain(words)
    expect(page.find('[data-testid=auto-save]').attributes('disabled')).toBeDefined()
  })

  it('shows the server’s refusal in its own words', async () => {
    const { page, api } = await setup()
    api.on('PUT /v1/billing/auto-top-up', () => refuse('card_missing', 'Save one, then turn it on.'))
    await page.find('[data-testid=auto-amount]').setValue('75')
    await page.find('form#auto-top-up-form').trigger('submit')
    await flushPromises()
    expect(page.find('[data-testid=failure]').text()).toContain('Save one, then turn it on.')
  })

  it('paused for the bank leads to the payment that confirms, and keeps its card', async () => {
    const leave = vi.spyOn(globalThis.location, 'assign').mockImplementation(() => undefined)
    const { page, api } = await setup({ auto: paused('authentication_required') })
    api.on('POST /v1/billing/checkout', () => aTopUp)
    expect(page.find('[data-testid=auto-state]').text()).toContain('confirm the payment yourself')
    await page.find('[data-testid=auto-confirm]').trigger('click')
    await flushPromises()
    const call = api.calls.find(({ route }) => route === 'POST /v1/billing/checkout')
    expect(call?.body).toEqual({ amountCents: 5000, saveCard: true })
    expect(call?.idempotencyKey).toBeTruthy()
    expect(leave).toHaveBeenCalledWith('https://checkout.stripe.test/c')
  })

  it('paused after refusals is turned on again as it is', async () => {
    const { page, api } = await setup({ auto: paused('declined') })
    api.on('PUT /v1/billing/auto-top-up', () => settings())
    expect(page.text()).toContain('Last answer of the bank: Your card was declined.')
    expect(page.find('[data-testid=auto-save]').text()).toBe('Turn on again')
    await page.find('form#auto-top-up-form').trigger('submit')
    await flushPromises()
    expect(page.find('[data-testid=auto-state]').attributes('data-state')).toBe('ready')
  })
})

describe('the saved card', () => {
  it('is removed only after saying that auto top-up stops with it', async () => {
    const { page, api } = await setup()
    api.on('DELETE /v1/billing/card', () => new Response(null, { status: 204 }))
    expect(page.find('[data-testid=card-name]').text()).toBe('Visa •••• 4242')
    await page.find('[data-testid=remove-card]').trigger('click')
    await flushPromises()
    expect(document.body.textContent).toContain('Auto top-up stops with it')
    document.querySelector<HTMLElement>('[data-testid=remove-card-confirm]')?.click()
    await flushPromises()
    expect(api.calls.map(({ route }) => route)).toContain('DELETE /v1/billing/card')
  })

  it('is entered on Stripe’s page, under a key', async () => {
    const leave = vi.spyOn(globalThis.location, 'assign').mockImplementation(() => undefined)
    const { page, api } = await setup({ card: null })
    api.on('POST /v1/billing/card', () => ({ url: 'https://checkout.stripe.test/s' }))
    await page.find('[data-testid=set-up-card]').trigger('click')
    await flushPromises()
    expect(api.calls.find(({ route }) => route === 'POST /v1/billing/card')?.idempotencyKey).toBeTruthy()
    expect(leave).toHaveBeenCalledWith('https://checkout.stripe.test/s')
  })
})

it('receipts lead to Stripe’s own and say what went back', async () => {
  const { page } = await setup()
  const receipt = page.find('[data-testid=receipt]')
  expect(receipt.text()).toContain('$50.00')
  expect(receipt.text()).toContain('Visa •••• 4242 · auto top-up')
  expect(receipt.text()).toContain('$7.00 refunded')
  expect(receipt.find('a').attributes('href')).toBe('https://pay.stripe.test/receipt')
})

async function setup({ card = aCard as typeof aCard | null, auto = settings() } = {}) {
  return mountPage(WalletPage, {
    at: '/wallet',
    routes: {
      'GET /v1/billing/balance': () => aBalance,
      'GET /v1/billing/ledger': () => ({ items: [], nextCursor: null }),
      'GET /v1/billing/card': () => ({ card }),
      'GET /v1/billing/auto-top-up': () => auto,
      'GET /v1/billing/receipts': () => ({ items: [aReceipt], nextCursor: null }),
    },
  })
}
