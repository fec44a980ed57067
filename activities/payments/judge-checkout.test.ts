import { micros } from '@berth/contract/money'
import { expect, test } from 'vitest'
import { judgeCheckout } from './judge-checkout.ts'

const topUp = { id: 'top_1', amount: micros(25_000_000), checkoutSessionId: 'cs_1' }

test('a paid page of the right amount, currency and owner is paid', () => {
  expect(judgeCheckout(topUp, aSession({ payment_status: 'paid', status: 'complete' }))).toEqual({
    kind: 'paid',
  })
})

test('money that was paid counts even where the page has closed', () => {
  expect(judgeCheckout(topUp, aSession({ payment_status: 'paid', status: 'expired' }))).toEqual({
    kind: 'paid',
  })
})

test('a page that nobody has paid yet is open, also when it was completed with money on its way', () => {
  expect(judgeCheckout(topUp, aSession({ status: 'open' })).kind).toBe('open')
  expect(judgeCheckout(topUp, aSession({ status: 'complete' })).kind).toBe('open')
})

test('an unpaid page past its time is expired', () => {
  expect(judgeCheckout(topUp, aSession({ status: 'expired' }))).toEqual({ kind: 'expired' })
})

test('a page that is not stored yet is known by the top-up it names', () => {
  const unstored = { ...topUp, checkoutSessionId: null }
  expect(judgeCheckout(unstored, aSession({ payment_status: 'paid' }))).toEqual({ kind: 'paid' })
})

test.for([
  ['another amount', { amount_total: 2499 }, 'checkout cs_1 is over 2499 cents, not over 2500'],
  ['no amount', { amount_total: null }, 'checkout cs_1 is over null cents, not over 2500'],
  ['another currency', { currency: 'eur' }, 'checkout cs_1 is in eur, not in usd'],
  ['another page', { id: 'cs_2' }, 'the top-up belongs to checkout cs_1, not to cs_2'],
  ['another owner', { metadata: { topUpId: 'top_2' } }, 'checkout cs_1 names another top-up'],
  ['no owner', { metadata: null }, 'checkout cs_1 names another top-up'],
  ['a subscription', { mode: 'subscription' as const }, 'checkout cs_1 is no payment but a subscription'],
] as const)('a paid page with %s is never credited', ([, difference, words]) => {
  const session = aSession({ payment_status: 'paid', status: 'complete', ...difference })
  expect(judgeCheckout(topUp, session)).toEqual({ kind: 'mismatch', words })
})

type Session = Parameters<typeof judgeCheckout>[1]

function aSession(differences: Partial<Session>): Session {
  return {
    id: 'cs_1',
    mode: 'payment',
    status: 'open',
    payment_status: 'unpaid',
    amount_total: 2500,
    currency: 'usd',
    metadata: { topUpId: 'top_1' },
    ...differences,
  }
}
