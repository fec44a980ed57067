import type { Micros } from '@berth/contract/money'
import { amount, insertedAt, instant, integer, nullable, primary, text, withDefault } from './columns.ts'
import { table } from './table.ts'

/** A code that puts money into the wallet of whoever redeems it, once each and only so often. */
export interface Promotion {
  /** As people type it, in capitals. */
  code: string
  amount: Micros
  maxRedemptions: number
  redemptions: number
  expiresAt: Date | null
  /** What it is for, told to those who redeem it. */
  note: string
  /** The operator who issued it. */
  createdBy: string
  createdAt: Date
  /** Since when nobody can redeem it any more, by which operator and why; all null or none. */
  switchedOffAt: Date | null
  switchedOffBy: string | null
  switchedOffReason: string | null
}

export const PromotionEntity = table<Promotion>('promotions', {
  columns: {
    code: primary(text()),
    amount: amount(),
    maxRedemptions: integer(),
    redemptions: withDefault(integer(), 0),
    expiresAt: nullable(instant()),
    note: text(),
    createdBy: text(),
    createdAt: insertedAt(),
    switchedOffAt: nullable(instant()),
    switchedOffBy: nullable(text()),
    switchedOffReason: nullable(text()),
  },
  references: [
    { on: 'createdBy', table: 'users' },
    { on: 'switchedOffBy', table: 'users' },
  ],
  checks: {
    code: `code ~ '^[A-Z0-9-]{4,40}$'`,
    amount: 'amount > 0',
    redemptions: 'redemptions BETWEEN 0 AND max_redemptions AND max_redemptions > 0',
    switched: 'num_nulls(switched_off_at, switched_off_by, switched_off_reason) IN (0, 3)',
  },
})
