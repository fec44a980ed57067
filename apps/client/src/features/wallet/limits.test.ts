import type { SpendLimits } from '@berth/contract/schemas/billing'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { refuse } from '../../shared/testing/fake-api.ts'
import { mountPage } from '../../shared/testing/mount-page.ts'
import PromotionForm from './components/promotion-form.vue'
import SpendLimitsSheet from './components/spend-limits.vue'

const limits: SpendLimits = {
  perHourMicros: null,
  perDayMicros: 50_000_000,
  spentTodayMicros: 1_250_000,
  resetsAt: '2026-03-02T00:00:00.000Z',
}

describe('spend limits', () => {
  it('are set in dollars and lifted by an empty field', async () => {
    const { api } = await open()
    expect(field('limit-perDay').value).toBe('50.00')
    expect(document.querySelector('[data-testid=spent-today]')?.textContent).toContain('$1.25')
    await type('limit-perHour', '12.5')
    await type('limit-perDay', '')
    await press('limits-save')
    expect(api.calls.at(-1)).toMatchObject({
      route: 'PUT /v1/billing/limits',
      body: { perHourMicros: 12_500_000, perDayMicros: null },
    })
  })

  it.each(['abc', '0', '-3', '1,5'])('%s is no limit, and is not sent', async (text) => {
    const { api } = await open()
    await type('limit-perHour', text)
    expect(document.body.textContent).toContain('An amount above zero')
    expect(document.querySelector<HTMLButtonElement>('[data-testid=limits-save]')?.disabled).toBe(true)
    expect(api.calls.some(({ route }) => route.startsWith('PUT'))).toBe(false)
  })

  const open = () =>
    mountPage(SpendLimitsSheet, {
      routes: {
        'GET /v1/billing/limits': () => limits,
        'PUT /v1/billing/limits': ({ body }) => ({ ...limits, ...(body as Partial<SpendLimits>) }),
      },
    })
})

describe('a promotion code', () => {
  it('says what it brought, and is gone from the field', async () => {
    await open(() => ({
      code: 'WELCOME',
      amountMicros: 10_000_000,
      note: 'Welcome aboard.',
      transactionId: 'ltx_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      fresh: true,
    }))
    await type('promotion-code', ' welcome ')
    await press('promotion-redeem')
    expect(document.querySelector('[data-testid=promotion-done]')?.textContent).toContain('$10.00')
    expect(field('promotion-code').value).toBe('')
  })

  it('that was redeemed before is not told as new money', async () => {
    await open(() => ({
      code: 'WELCOME',
      amountMicros: 10_000_000,
      note: 'Welcome aboard.',
      transactionId: 'ltx_01ARZ3NDEKTSV4RRFFQ69G5FAV',
      fresh: false,
    }))
    await type('promotion-code', 'WELCOME')
    await press('promotion-redeem')
    expect(document.querySelector('[data-testid=promotion-done]')?.textContent).toContain('counts once')
  })

  it('that is refused stays in the field, with the reason', async () => {
    await open(() => refuse('promotion_refused', 'You have redeemed this code before.'))
    await type('promotion-code', 'WELCOME')
    await press('promotion-redeem')
    expect(document.body.textContent).toContain('You have redeemed this code before.')
    expect(field('promotion-code').value).toBe('WELCOME')
  })

  const open = (answer: () => unknown) =>
    mountPage(PromotionForm, { routes: { 'POST /v1/billing/promotions': answer } })
})

function field(name: string): HTMLInputElement {
  const input = document.querySelector<HTMLInputElement>(`input[data-testid=${name}]`)
  if (!input) throw new Error(`there is no field ${name}`)
  return input
}

async function type(name: string, text: string): Promise<void> {
  const input = field(name)
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}

async function press(name: string): Promise<void> {
  document.querySelector<HTMLElement>(`[data-testid=${name}]`)?.click()
  await flushPromises()
}
