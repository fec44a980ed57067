import type { TopUp } from '@berth/contract/schemas/billing'
import type { AutoTopUp, Receipt, SavedCard } from '@berth/contract/schemas/payments'
import { isoAt, type World } from './world.ts'

export const aNewCard = (world: World): SavedCard => ({
  brand: 'visa',
  last4: '4242',
  expMonth: 12,
  expYear: new Date(world.nowMs()).getUTCFullYear() + 3,
  savedAt: isoAt(world.nowMs()),
})

/** As the API offers it to somebody who has chosen nothing yet. */
export const noAutoTopUp = (): AutoTopUp => ({
  enabled: false,
  thresholdMicros: 10_000_000,
  amountMicros: 50_000_000,
  monthlyCapMicros: 500_000_000,
  state: 'off',
  pause: null,
  declines: 0,
  lastFailure: null,
  chargedThisMonthMicros: 0,
  nextAttemptAt: null,
})

export const receiptOf = (topUp: TopUp): Receipt => ({
  topUpId: topUp.id,
  amountMicros: topUp.amountMicros,
  origin: 'checkout',
  paidAt: topUp.createdAt,
  card: { brand: 'visa', last4: '4242' },
  receiptUrl: null,
  reversals: [],
})
