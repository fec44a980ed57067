import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { aUser, mountPage } from '../../../shared/testing/mount-page.ts'
import { aPromotion, NOW } from '../testing/examples.ts'
import { byTestId, type } from '../testing/mount-operations.ts'
import PromotionsPage from './promotions-page.vue'

const LIST = 'GET /v1/operator/promotions'
const ISSUE = 'POST /v1/operator/promotions'

afterEach(() => {
  vi.useRealTimers()
})

async function mountPromotions(routes: NonNullable<Parameters<typeof mountPage>[1]>['routes'] = {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.parse(NOW) })
  return mountPage(PromotionsPage, {
    routes: {
      'GET /v1/auth/me': () => ({ ...aUser, isOperator: true }),
      [LIST]: () => ({ items: [aPromotion()] }),
      ...routes,
    },
  })
}

async function press(testId: string): Promise<void> {
  byTestId(testId).click()
  await flushPromises()
}

it('tells of each code what is left of it, until when, and who issued or switched it off', async () => {
  const off = aPromotion({
    code: 'OLD',
    switchedOff: { at: '2026-02-28T12:00:00Z', by: { id: 'usr_2', handle: 'mary' }, reason: 'It leaked.' },
  })
  const { page } = await mountPromotions({ [LIST]: () => ({ items: [aPromotion(), off] }) })
  const [active, old] = page.findAll('[data-testid=promotion-row]')
  for (const words of ['WELCOME', 'Active', '$10.00', '12 of 100 used', '88 left', 'in 3d', 'by ada'])
    expect(active?.text()).toContain(words)
  expect(old?.text()).toMatch(/Off.*Switched off 1d ago by mary: It leaked\./s)
  expect(old?.find('[data-testid=switch-off]').exists()).toBe(false)
  expect(await accessibilityProblems()).toEqual([])
})

it('issues a code, says what is wrong by field, and sends the same key after a lost answer', async () => {
  const answers = [
    () =>
      refuse('promotion_refused', 'Taken.', [
        { pointer: 'code', detail: 'There is a code WELCOME already.' },
      ]),
    () => Promise.reject(new TypeError('Failed to fetch')),
    () => aPromotion({ code: 'SPRING' }),
  ]
  const { api } = await mountPromotions({ [ISSUE]: () => answers.shift()?.() })
  await press('add-promotion')
  await press('promotion-create')
  expect(document.body.textContent).toContain('Three characters at least.')
  expect(byTestId('promotion-exposure').textContent).toContain('$1,000.00 in all')
  type('promotion-code', 'welcome')
  type('promotion-note', 'For you.')
  await flushPromises()
  await press('promotion-create')
  expect(document.body.textContent).toContain('There is a code WELCOME already.')
  expect(await accessibilityProblems()).toEqual([])
  type('promotion-code', 'spring')
  await flushPromises()
  expect(document.body.textContent).not.toContain('There is a code WELCOME already.')
  await press('promotion-create')
  expect(document.body.textContent).toContain('it is issued once')
  await press('promotion-create')
  const sent = api.calls.filter(({ route }) => route === ISSUE)
  expect(sent.map(({ body }) => (body as { code: string }).code)).toEqual(['WELCOME', 'SPRING', 'SPRING'])
  expect(sent[1]?.idempotencyKey).toBe(sent[2]?.idempotencyKey)
  expect(sent[0]?.idempotencyKey).not.toBe(sent[1]?.idempotencyKey)
})

it('switches a code off only with a reason', async () => {
  const { api } = await mountPromotions({
    'POST /v1/operator/promotions/WELCOME/switch-off': () => aPromotion(),
  })
  await press('switch-off')
  expect(document.body.textContent).toContain('The 12 that were redeemed stay')
  expect(byTestId<HTMLButtonElement>('switch-off-confirm').disabled).toBe(true)
  type('switch-off-reason', 'It was posted.')
  await flushPromises()
  await press('switch-off-confirm')
  expect(api.calls).toContainEqual(
    expect.objectContaining({
      route: 'POST /v1/operator/promotions/WELCOME/switch-off',
      body: { reason: 'It was posted.' },
    }),
  )
})
