import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/** Whom Stripe knows as the owner of a wallet's saved card. Made at the first card that is kept. */
export interface StripeCustomer {
  walletId: string
  customerId: string
  createdAt: Date
}

export const StripeCustomerEntity = table<StripeCustomer>('stripe_customers', {
  columns: { walletId: primary(text()), customerId: text(), createdAt: insertedAt() },
  uniques: [['customerId']],
  references: [{ on: 'walletId', table: 'wallets' }],
})
