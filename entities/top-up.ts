import type { Micros } from '@berth/contract/money'
import { amount, insertedAt, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

export const TOP_UP_STATUSES = ['created', 'open', 'paid', 'expired', 'failed'] as const
export type TopUpStatus = (typeof TOP_UP_STATUSES)[number]

/** A wish to add money and what became of it; the money itself is in the ledger. */
export interface TopUp {
  id: string
  walletId: string
  userId: string
  amount: Micros
  status: TopUpStatus
  checkoutSessionId: string | null
  checkoutUrl: string | null
  paymentIntentId: string | null
  creditedTransactionId: string | null
  idempotencyKey: string
  createdAt: Date
  updatedAt: Date
}

export const TopUpEntity = table<TopUp>('top_ups', {
  columns: {
    id: primary(text()),
    walletId: text(),
    userId: text(),
    amount: amount(),
    status: oneOf(TOP_UP_STATUSES),
    checkoutSessionId: nullable(text()),
    checkoutUrl: nullable(text()),
    paymentIntentId: nullable(text()),
    creditedTransactionId: nullable(text()),
    idempotencyKey: text(),
    createdAt: insertedAt(),
    updatedAt: insertedAt(),
  },
  uniques: [['checkoutSessionId'], ['userId', 'idempotencyKey']],
  indices: [
    { on: ['walletId'] },
    { on: ['paymentIntentId'], where: 'payment_intent_id IS NOT NULL' },
    { on: ['status'], where: `status IN ('created', 'open')` },
  ],
  references: [
    { on: 'walletId', table: 'wallets' },
    { on: 'userId', table: 'users' },
    { on: 'creditedTransactionId', table: 'ledger_transactions' },
  ],
  checks: { amount: 'amount > 0' },
})
