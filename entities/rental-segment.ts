import { CHARGING_STRATEGIES, type ChargingStrategy, type EarlyStopStep } from '@berth/contract/charging'
import type { Micros } from '@berth/contract/money'
import {
  amount,
  insertedAt,
  instant,
  integer,
  json,
  nullable,
  oneOf,
  primary,
  text,
  withDefault,
} from './columns.ts'
import { table } from './table.ts'

export const SEGMENT_STATES = [
  'reserved',
  'funded',
  'depleting',
  'exhausted',
  'budget_reached',
  'term_reached',
  'day_limit_reached',
  'closed',
] as const
export type SegmentState = (typeof SEGMENT_STATES)[number]

/**
 * Where the meter of a rental stands: one price, from the start of the meter to its end. Whole seconds are counted from
 * `startedAt`, so amounts follow from the seconds and the database checks that they do:
 * `charged = A(chargedSeconds)`, `held = A(fundedSeconds) - charged`.
 */
export interface RentalSegment {
  id: string
  rentalId: string
  walletId: string
  strategy: ChargingStrategy
  state: SegmentState
  priceMicrosPerHour: Micros
  /** Time the provider needs to end a pod, kept funded on top of every horizon. */
  teardownSeconds: number
  spendLimitMicros: Micros | null
  /** Length of the rental, counted from the start of the meter, where it was given as a length. */
  durationSeconds: number | null
  endsAt: Date | null
  /** When the pod was verified usable; null while the money is only reserved. */
  startedAt: Date | null
  chargedSeconds: number
  /** Seconds from `startedAt` that are charged or covered by the hold. */
  fundedSeconds: number
  chargedUntil: Date | null
  fundedUntil: Date | null
  nextRenewalAt: Date | null
  charged: Micros
  held: Micros
  /** What went back to the wallet when the segment was closed. */
  released: Micros
  /** Overrun: seconds the pod lived on after its funded end, at our expense. */
  writtenOff: Micros
  writtenOffSeconds: number
  /** Where the meter ended; null while it may still run. */
  endedAt: Date | null
  createdAt: Date
  closedAt: Date | null
  /** Length of what is bought at a time; 0 where nothing is bought ahead, 900,000,000 for a whole term. */
  blockSeconds: number
  minimumSeconds: number
  graceSeconds: number
  /** What of paid and unused time comes back; null where nothing is bought ahead. */
  earlyStop: EarlyStopStep[] | null
}

export const RentalSegmentEntity = table<RentalSegment>('rental_segments', {
  columns: {
    id: primary(text()),
    rentalId: text(),
    walletId: text(),
    strategy: oneOf(CHARGING_STRATEGIES),
    state: oneOf(SEGMENT_STATES),
    priceMicrosPerHour: amount(),
    teardownSeconds: integer(),
    spendLimitMicros: nullable(amount()),
    durationSeconds: nullable(integer()),
    endsAt: nullable(instant()),
    startedAt: nullable(instant()),
    chargedSeconds: withDefault(integer(), 0),
    fundedSeconds: withDefault(integer(), 0),
    chargedUntil: nullable(instant()),
    fundedUntil: nullable(instant()),
    nextRenewalAt: nullable(instant()),
    charged: withDefault(amount(), 0),
    held: withDefault(amount(), 0),
    released: withDefault(amount(), 0),
    writtenOff: withDefault(amount(), 0),
    writtenOffSeconds: withDefault(integer(), 0),
    endedAt: nullable(instant()),
    createdAt: insertedAt(),
    closedAt: nullable(instant()),
    blockSeconds: withDefault(integer(), 0),
    minimumSeconds: withDefault(integer(), 0),
    graceSeconds: withDefault(integer(), 0),
    earlyStop: nullable(json()),
  },
  uniques: [['rentalId']],
  indices: [
    { on: ['walletId'], where: `state <> 'closed'` },
    { on: ['nextRenewalAt'], where: `state <> 'closed'` },
  ],
  references: [
    { on: 'rentalId', table: 'rentals' },
    { on: 'walletId', table: 'wallets' },
  ],
  checks: {
    price: 'price_micros_per_hour BETWEEN 0 AND 10000000000',
    seconds: 'charged_seconds >= 0 AND funded_seconds >= charged_seconds AND teardown_seconds >= 0',
    charged: 'charged = price_micros_per_hour * charged_seconds / 3600',
    held: `held = CASE WHEN state = 'closed' THEN 0 ELSE price_micros_per_hour * funded_seconds / 3600 - charged END`,
    closed: `(state = 'closed') = (closed_at IS NOT NULL)`,
    overrun: 'written_off >= 0 AND written_off_seconds >= 0 AND released >= 0',
    terms: `block_seconds >= 0 AND minimum_seconds >= 0 AND grace_seconds >= 0 AND (block_seconds > 0) = (strategy IN ('block', 'term'))`,
  },
})
