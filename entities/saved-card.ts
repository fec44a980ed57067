import { instant, integer, nullable, primary, text } from './columns.ts'
import { table } from './table.ts'

/**
 * A card that may be charged in its owner's absence; a wallet has one at most. A removed or replaced one stays as a row, so
 * that late news of its checkout cannot bring it back, until Stripe has let go of it and beyond.
 */
export interface SavedCard {
  /** Stripe's payment method. No number of the card is ever here. */
  paymentMethodId: string
  walletId: string
  brand: string
  last4: string
  expMonth: number
  expYear: number
  /** When the card was entered, by Stripe's clock: the newest one counts. */
  savedAt: Date
  removedAt: Date | null
  /** When Stripe let go of it. */
  detachedAt: Date | null
}

export const SavedCardEntity = table<SavedCard>('saved_cards', {
  columns: {
    paymentMethodId: primary(text()),
    walletId: text(),
    brand: text(),
    last4: text(),
    expMonth: integer(),
    expYear: integer(),
    savedAt: instant(),
    removedAt: nullable(instant()),
    detachedAt: nullable(instant()),
  },
  indices: [
    { on: ['walletId'], where: 'removed_at IS NULL', unique: true },
    { on: ['removedAt'], where: 'removed_at IS NOT NULL AND detached_at IS NULL' },
  ],
  references: [{ on: 'walletId', table: 'wallets' }],
})
