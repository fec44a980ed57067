import {
  COST_ANSWERS,
  COST_DEVIATIONS,
  type CostAnswer,
  type CostDeviation,
} from '@berth/contract/reconciliation'
import type { Micros } from '@berth/contract/money'
import { amount, insertedAt, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/** What one pod has cost us over its life, as the last reconciliation that looked at it found. */
export interface PodCost {
  account: string
  podId: string
  rentalId: string
  runId: string
  answer: CostAnswer
  /** By the price we saw and the provider's rules of billing, from the order until absence was proved: never too little. */
  estimate: Micros
  /** What the provider last said; kept while it does not answer. */
  bill: Micros | null
  /** Why there is no answer, in the provider's own words. */
  words: string | null
  deviation: CostDeviation | null
  reconciledAt: Date
}

export const PodCostEntity = table<PodCost>('pod_costs', {
  columns: {
    account: primary(text()),
    podId: primary(text()),
    rentalId: text(),
    runId: text(),
    answer: oneOf(COST_ANSWERS),
    estimate: amount(),
    bill: nullable(amount()),
    words: nullable(text()),
    deviation: nullable(oneOf(COST_DEVIATIONS)),
    reconciledAt: insertedAt(),
  },
  indices: [{ on: ['rentalId'] }, { on: ['runId'] }],
  references: [
    { on: 'rentalId', table: 'rentals' },
    { on: 'runId', table: 'reconciliation_runs' },
  ],
  checks: {
    amounts: 'estimate >= 0 AND bill >= 0',
    billed: `answer <> 'billed' OR bill IS NOT NULL`,
  },
})
