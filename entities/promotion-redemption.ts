import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/** That a person has redeemed a code; never changed once written. */
export interface PromotionRedemption {
  code: string
  userId: string
  /** The credit. */
  transactionId: string
  redeemedAt: Date
}

export const PromotionRedemptionEntity = table<PromotionRedemption>('promotion_redemptions', {
  columns: {
    code: primary(text()),
    userId: primary(text()),
    transactionId: text(),
    redeemedAt: insertedAt(),
  },
  references: [
    { on: 'code', table: 'promotions', column: 'code' },
    { on: 'userId', table: 'users' },
    { on: 'transactionId', table: 'ledger_transactions' },
  ],
})
