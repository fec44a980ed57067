import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessibilityProblems } from '../../../shared/testing/accessibility.ts'
import { refuse } from '../../../shared/testing/fake-api.ts'
import { aUser, mountPage } from '../../../shared/testing/mount-page.ts'
import { aLedgerLine, aPerson, aRentalPage, aStuckRental, NOW } from '../testing/examples.ts'
import { byTestId, type } from '../testing/mount-operations.ts'
import PersonPage from './person-page.vue'

const person = aPerson()
const PERSON = `/v1/operator/people/${person.id}`
const ADJUST = `POST /v1/operator/wallets/${person.balance.walletId}/adjustments`

afterEach(() => {
  vi.useRealTimers()
})

async function mountPerson(routes: NonNullable<Parameters<typeof mountPage>[1]>['routes'] = {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.parse(NOW) })
  return mountPage(PersonPage, {
    at: `/operator-person/${person.id}`,
    routes: {
      'GET /v1/auth/me': () => ({ ...aUser, isOperator: true }),
      'GET /v1/operator/rentals': () => aRentalPage([aStuckRental()]),
      [`GET ${PERSON}`]: () => person,
      [`GET ${PERSON}/ledger`]: () => ({ items: [aLedgerLine()], nextCursor: null }),
      ...routes,
    },
  })
}

async function press(testId: string): Promise<void> {
  byTestId(testId).click()
  await flushPromises()
}

describe('what operators see of a person', () => {
  it('is the wallet, what runs, and who corrected what and why', async () => {
    const { page, api } = await mountPerson()
    expect(page.get('[data-testid=person-total]').text()).toBe('$12.000000')
    expect(page.get('[data-testid=person-owed]').text()).toBe('$3.000000')
    expect(page.get('[data-testid=person-pods]').text()).toContain('amber-heron')
    const line = page.get('[data-testid=person-ledger-row]').text()
    for (const words of ['Adjustment', 'by mary', 'The host lost its disk.', '$2.00 less owed'])
      expect(line).toContain(words)
    expect(await accessibilityProblems()).toEqual([])
    await page.get('[data-testid=ledger-corrections]').trigger('click')
    await flushPromises()
    expect(api.calls.at(-1)?.route).toBe(`GET ${PERSON}/ledger`)
  })

  it('is not there for everybody else, and asks the API for nothing', async () => {
    const { page, api } = await mountPerson({ 'GET /v1/auth/me': () => aUser })
    expect(page.text()).toContain('Page not found')
    expect(api.calls.map(({ route }) => route)).toEqual(['GET /v1/auth/me'])
  })
})

describe('the correction of a wallet', () => {
  it('shows what it does, wants a reason, and tells what it did', async () => {
    const { page, api } = await mountPerson({
      [ADJUST]: () => ({ transactionId: 'ltx_1', availableMicros: 19_000_000, receivableMicros: 0 }),
    })
    await press('correct-wallet')
    type('adjust-amount', '12')
    await flushPromises()
    expect(byTestId('preview-available').textContent).toMatch(/\$10\.000000.*becomes.*\$19\.000000/s)
    expect(byTestId('preview-owed').textContent).toMatch(/\$3\.000000.*becomes.*\$0\.000000/s)
    await press('adjust-confirm')
    expect(document.body.textContent).toContain('Say why, in three characters at least.')
    expect(await accessibilityProblems()).toEqual([])
    type('adjust-reason', 'The pod was unusable.')
    await flushPromises()
    await press('adjust-confirm')
    expect(api.calls).toContainEqual(
      expect.objectContaining({
        route: ADJUST,
        body: { kind: 'credit', amountMicros: 12_000_000, reason: 'The pod was unusable.' },
      }),
    )
    expect(page.get('[data-testid=adjust-done]').text()).toBe('Credited $12.00: $19.00 is free to spend now.')
  })

  it('keeps its key while nobody knows whether it counted, also when the dialog was closed', async () => {
    let heard = false
    const { api } = await mountPerson({
      [ADJUST]: () => {
        if (!heard) throw new TypeError('Failed to fetch')
        return { transactionId: 'ltx_1', availableMicros: 8_000_000, receivableMicros: 3_000_000 }
      },
    })
    await press('correct-wallet')
    await press('adjust-debit')
    type('adjust-amount', '2')
    type('adjust-reason', 'Credited twice.')
    await flushPromises()
    await press('adjust-confirm')
    expect(document.body.textContent).toContain('it counts once')
    const cancel = [...document.querySelectorAll('button')].find((each) => each.textContent === 'Cancel')
    cancel?.click()
    await flushPromises()
    heard = true
    await press('correct-wallet')
    await press('adjust-confirm')
    const keys = api.calls.filter(({ route }) => route === ADJUST).map(({ idempotencyKey }) => idempotencyKey)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  it('writes off what is owed and no more, and only where something is', async () => {
    await mountPerson()
    await press('write-off')
    expect(byTestId<HTMLInputElement>('adjust-amount').value).toBe('3.00')
    type('adjust-amount', '3.01')
    await flushPromises()
    await press('adjust-confirm')
    expect(document.body.textContent).toContain('At most $3.00: that is what is owed.')

    document.body.innerHTML = ''
    const free = { ...person, balance: { ...person.balance, receivableMicros: 0 } }
    const { page } = await mountPerson({ [`GET ${PERSON}`]: () => free })
    expect(page.find('[data-testid=write-off]').exists()).toBe(false)
    await press('correct-wallet')
    expect(document.querySelector('[data-testid=adjust-debt_write_off]')).toBeNull()
  })

  it('says what the API refused', async () => {
    await mountPerson({
      [ADJUST]: () => refuse('adjustment_refused', 'The wallet owes less than that. Nothing was moved.'),
    })
    await press('write-off')
    type('adjust-reason', 'Gone for good.')
    await flushPromises()
    await press('adjust-confirm')
    expect(document.body.textContent).toContain('The wallet owes less than that.')
  })
})
