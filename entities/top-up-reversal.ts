import type { Micros } from '@berth/contract/money'
import { amount, insertedAt, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

export const TOP_UP_REVERSAL_KINDS = ['refund', 'dispute'] as const
export type TopUpReversalKind = (typeof TOP_UP_REVERSAL_KINDS)[number]
export const TOP_UP_REVERSAL_STATUSES = [
  'refunded',
  'refund_failed',
  'dispute_opened',
  'dispute_won',
  'dispute_lost',
] as const
export type TopUpReversalStatus = (typeof TOP_UP_REVERSAL_STATUSES)[number]

/** Money of a top-up that went back, or is claimed back: what its receipt must say. The money itself is in the ledger. */
export interface TopUpReversal {
  /** Stripe's refund or dispute. */
  id: string
  topUpId: string
  kind: TopUpReversalKind
  amount: Micros
  status: TopUpReversalStatus
  createdAt: Date
  updatedAt: Date
}

export const TopUpReversalEntity = table<TopUpReversal>('top_up_reversals', {
  columns: {
    id: primary(text()),
    topUpId: text(),
    kind: oneOf(TOP_UP_REVERSAL_KINDS),
    amount: amount(),
    status: oneOf(TOP_UP_REVERSAL_STATUSES),
    createdAt: insertedAt(),
    updatedAt: insertedAt(),
  },
  indices: [{ on: ['topUpId'] }],
  references: [{ on: 'topUpId', table: 'top_ups' }],
  checks: { amount: 'amount > 0' },
})
