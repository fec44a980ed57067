import type { Micros } from '@berth/contract/money'
import {
  amount,
  boolean,
  insertedAt,
  instant,
  nullable,
  oneOf,
  primary,
  text,
  withDefault,
} from './columns.ts'
import { table } from './table.ts'

export const TOP_UP_STATUSES = ['created', 'open', 'paid', 'expired', 'failed'] as const
export type TopUpStatus = (typeof TOP_UP_STATUSES)[number]

/** Who pays: a person on Stripe's page, or the saved card because the wallet fell under its threshold. */
export const TOP_UP_ORIGINS = ['checkout', 'auto'] as const
export type TopUpOrigin = (typeof TOP_UP_ORIGINS)[number]

/** A wish to add money and what became of it; the money itself is in the ledger. */
export interface TopUp {
  id: string
  walletId: string
  userId: string
  amount: Micros
  origin: TopUpOrigin
  status: TopUpStatus
  /** The card of this checkout is to be kept for later. */
  saveCard: boolean
  /** The saved card that an automatic one charges, as chosen when it was decided. */
  paymentMethodId: string | null
  checkoutSessionId: string | null
  checkoutUrl: string | null
  paymentIntentId: string | null
  creditedTransactionId: string | null
  paidAt: Date | null
  /** Stripe's own receipt. */
  receiptUrl: string | null
  cardBrand: string | null
  cardLast4: string | null
  /** Why the card was refused, in Stripe's code and words. */
  failureCode: string | null
  failureWords: string | null
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
    origin: withDefault(oneOf(TOP_UP_ORIGINS), 'checkout'),
    status: oneOf(TOP_UP_STATUSES),
    saveCard: withDefault(boolean(), false),
    paymentMethodId: nullable(text()),
    checkoutSessionId: nullable(text()),
    checkoutUrl: nullable(text()),
    paymentIntentId: nullable(text()),
    creditedTransactionId: nullable(text()),
    paidAt: nullable(instant()),
    receiptUrl: nullable(text()),
    cardBrand: nullable(text()),
    cardLast4: nullable(text()),
    failureCode: nullable(text()),
    failureWords: nullable(text()),
    idempotencyKey: text(),
    createdAt: insertedAt(),
    updatedAt: insertedAt(),
  },
  uniques: [['checkoutSessionId'], ['userId', 'idempotencyKey']],
  indices: [
    { on: ['walletId'] },
    // One automatic charge under way for a wallet, whoever decides it.
    { on: ['walletId', 'origin'], where: `origin = 'auto' AND status = 'created'`, unique: true },
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
