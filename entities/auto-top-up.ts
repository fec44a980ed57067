import type { Micros } from '@berth/contract/money'
import {
  amount,
  boolean,
  insertedAt,
  instant,
  integer,
  nullable,
  oneOf,
  primary,
  text,
  withDefault,
} from './columns.ts'
import { table } from './table.ts'

/** Why nothing is charged until the person has acted. */
export const AUTO_TOP_UP_PAUSES = ['declined', 'authentication_required', 'disputed'] as const
export type AutoTopUpPause = (typeof AUTO_TOP_UP_PAUSES)[number]

/**
 * What a person allows us to charge by themselves, and how that goes. The row is locked before the wallet's, always in
 * that order.
 */
export interface AutoTopUp {
  walletId: string
  enabled: boolean
  /** Charge when the available money is less than this. */
  threshold: Micros
  /** One charge; at least the threshold, so that one is enough. */
  amount: Micros
  /** Most that is charged in a calendar month (UTC). */
  monthlyCap: Micros
  /** In a row. */
  declines: number
  pausedReason: AutoTopUpPause | null
  pausedAt: Date | null
  lastAttemptAt: Date | null
  /** When the cap last held a charge back; nothing more is tried in that month. */
  cappedAt: Date | null
  createdAt: Date
  updatedAt: Date
}

export const AutoTopUpEntity = table<AutoTopUp>('auto_top_ups', {
  columns: {
    walletId: primary(text()),
    enabled: boolean(),
    threshold: amount(),
    amount: amount(),
    monthlyCap: amount(),
    declines: withDefault(integer(), 0),
    pausedReason: nullable(oneOf(AUTO_TOP_UP_PAUSES)),
    pausedAt: nullable(instant()),
    lastAttemptAt: nullable(instant()),
    cappedAt: nullable(instant()),
    createdAt: insertedAt(),
    updatedAt: insertedAt(),
  },
  references: [{ on: 'walletId', table: 'wallets' }],
  checks: {
    threshold: 'threshold > 0',
    amount: 'amount >= threshold',
    monthly_cap: 'monthly_cap >= amount',
    declines: 'declines >= 0',
  },
})
