import type { ChargingTerms } from '@berth/contract/charging'
import type { Micros } from '@berth/contract/money'
import {
  amount,
  bytes,
  count,
  date,
  insertedAt,
  integer,
  json,
  nullable,
  primary,
  text,
  withDefault,
} from './columns.ts'
import { table } from './table.ts'

/**
 * A user's prepaid money. The only materialised balances there are, and the row every debit locks first. Opens empty:
 * the database refuses a wallet that is born with money.
 */
export interface Wallet {
  id: string
  userId: string
  /** Spendable now. */
  available: Micros
  /** Set aside for live rentals. */
  held: Micros
  /** Owed after a refund or dispute of money already spent; blocks launches until a credit has paid it. */
  receivable: Micros
  /** Number of ledger transactions so far. */
  lastSeq: number
  /** Hash of the last ledger transaction; 32 zero bytes before the first. */
  headHash: Buffer
  /** Lowest runway threshold, in seconds, that was told and is not armed again; null while there is none. */
  warnedBelowSeconds: number | null
  /** The ledger's `seq` up to which the warnings know of money that came in. */
  warnedAtSeq: number
  createdAt: Date
  /** What was agreed with this account; null: as the offers say. */
  charging: ChargingTerms | null
  /** The most that all its pods together may cost an hour, judged at launch; null: no limit. */
  burnLimit: Micros | null
  /** The most it spends on one day (UTC); null: no limit. */
  dayLimit: Micros | null
  /** The day of `spentThatDay`, "2026-03-01". */
  spentOn: string | null
  spentThatDay: Micros
}

export const WalletEntity = table<Wallet>('wallets', {
  columns: {
    id: primary(text()),
    userId: text(),
    available: withDefault(amount(), 0),
    held: withDefault(amount(), 0),
    receivable: withDefault(amount(), 0),
    lastSeq: withDefault(count(), 0),
    headHash: withDefault(bytes(), () => `decode(repeat('00', 32), 'hex')`),
    warnedBelowSeconds: nullable(integer()),
    createdAt: insertedAt(),
    charging: nullable(json()),
    burnLimit: nullable(amount()),
    dayLimit: nullable(amount()),
    spentOn: nullable(date()),
    spentThatDay: withDefault(amount(), 0),
    warnedAtSeq: withDefault(count(), 0),
  },
  uniques: [['userId']],
  references: [{ on: 'userId', table: 'users' }],
  checks: {
    available: 'available >= 0',
    held: 'held >= 0',
    receivable: 'receivable >= 0',
    limits: 'burn_limit > 0 AND day_limit > 0',
    spent: 'spent_that_day >= 0',
  },
})
