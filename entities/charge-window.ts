import type { Micros } from '@berth/contract/money'
import { amount, instant, integer, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/**
 * `usage`: seconds sold. `returned`: the tail of usage seconds given back because the pod had ended earlier than was known
 * (negative). `overrun`: seconds after the funded end, paid by us.
 */
export const WINDOW_KINDS = ['usage', 'returned', 'overrun'] as const
export type WindowKind = (typeof WINDOW_KINDS)[number]

/** A stretch of metered time. The usage windows of a segment tile its life without gap or overlap; never changed once written. */
export interface ChargeWindow {
  segmentId: string
  kind: WindowKind
  windowStart: Date
  windowEnd: Date
  seconds: number
  charged: Micros
  writtenOff: Micros
  /** The ledger transaction that moved the money; null where the seconds cost nothing. */
  transactionId: string | null
}

export const ChargeWindowEntity = table<ChargeWindow>('charge_windows', {
  columns: {
    segmentId: primary(text()),
    kind: primary(oneOf(WINDOW_KINDS)),
    windowStart: primary(instant()),
    windowEnd: instant(),
    seconds: integer(),
    charged: amount(),
    writtenOff: amount(),
    transactionId: nullable(text()),
  },
  references: [
    { on: 'segmentId', table: 'rental_segments' },
    { on: 'transactionId', table: 'ledger_transactions' },
  ],
  checks: { window: 'window_end > window_start AND seconds <> 0' },
})
