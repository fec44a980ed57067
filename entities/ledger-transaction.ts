import { bytes, count, insertedAt, instant, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

export const LEDGER_KINDS = [
  'top_up',
  'promotion',
  'refund',
  'dispute_opened',
  'dispute_won',
  'dispute_lost',
  'hold',
  'charge',
  'release',
  'charge_reversal',
  'overrun',
  'upstream_cost',
  'adjustment_credit',
  'adjustment_debit',
  'debt_write_off',
] as const
export type LedgerKind = (typeof LEDGER_KINDS)[number]

/**
 * One movement of money, never changed once written (the database refuses). Each wallet's transactions form a chain:
 * `hash` is SHA-256 over `prevHash` and the transaction with its entries, in the form that `ledger verify` recomputes.
 */
export interface LedgerTransaction {
  id: string
  walletId: string
  /** 1, 2, 3 … within the wallet. */
  seq: number
  kind: LedgerKind
  /** One key, one effect. */
  idempotencyKey: string
  /** SHA-256 (hex) of what was asked under the key: another request under the same key is a conflict. */
  requestHash: string
  rentalId: string | null
  /** What it happened for outside the ledger: a top-up, a payment, an upstream invoice. */
  reference: string | null
  /** The transaction this one takes back; at most one reversal each. */
  reversalOf: string | null
  note: string | null
  /** When it happened in the world. */
  occurredAt: Date
  /** When it was written, by the database's clock. */
  postedAt: Date
  prevHash: Buffer
  hash: Buffer
}

export const LedgerTransactionEntity = table<LedgerTransaction>('ledger_transactions', {
  columns: {
    id: primary(text()),
    walletId: text(),
    seq: count(),
    kind: oneOf(LEDGER_KINDS),
    idempotencyKey: text(),
    requestHash: text(),
    rentalId: nullable(text()),
    reference: nullable(text()),
    reversalOf: nullable(text()),
    note: nullable(text()),
    occurredAt: instant(),
    postedAt: insertedAt(),
    prevHash: bytes(),
    hash: bytes(),
  },
  uniques: [['idempotencyKey'], ['walletId', 'seq'], ['reversalOf']],
  indices: [{ on: ['rentalId'], where: 'rental_id IS NOT NULL' }],
  references: [
    { on: 'walletId', table: 'wallets' },
    { on: 'reversalOf', table: 'ledger_transactions' },
  ],
})
