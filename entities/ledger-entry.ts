import type { Micros } from '@berth/contract/money'
import { amount, integer, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/**
 * `available` and `held` are the customer's; everything else is the platform's and never materialised, because one
 * revenue row that every debit updates would cut throughput to a fifth.
 */
export const LEDGER_ACCOUNTS = [
  'available',
  'held',
  'receivable',
  'revenue',
  'stripe_clearing',
  'disputes',
  'promotions',
  'write_off',
  'upstream_cost',
  'upstream_payable',
  'adjustments',
  'bad_debts',
] as const
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number]

/**
 * One leg of a ledger transaction. Signed so that money a customer has or that we earned is positive: a top-up is
 * `available +x, stripe_clearing -x`. The entries of a transaction sum to zero, checked by the database at commit.
 */
export interface LedgerEntry {
  transactionId: string
  position: number
  account: LedgerAccount
  amount: Micros
  /** The wallet's balance of this account afterwards; null for accounts of the platform. */
  balanceAfter: Micros | null
}

export const LedgerEntryEntity = table<LedgerEntry>('ledger_entries', {
  columns: {
    transactionId: primary(text()),
    position: primary(integer()),
    account: oneOf(LEDGER_ACCOUNTS),
    amount: amount(),
    balanceAfter: nullable(amount()),
  },
  references: [{ on: 'transactionId', table: 'ledger_transactions' }],
  checks: { amount: 'amount <> 0' },
})
