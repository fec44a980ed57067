import type Stripe from 'stripe'
import type { DataSource, EntityManager } from 'typeorm'
import type { Billing } from '../billing/port.ts'

export interface ProcessedEvent {
  /** What the event came to, in a word; `ignored` for a type we do not act on, `not_ours` for a stranger's payment. */
  outcome: string
  /** The top-up whose checkout the event is about. */
  topUpId: string | null
  /** The wallet that has money by it. */
  fundedWalletId: string | null
}

export interface PlanDeps {
  dataSource: DataSource
  stripe: Stripe
  billing: Pick<Billing, 'post'>
}

/** What an event does once Stripe has told everything: nothing but the database is asked inside the transaction. */
export type Effect = (manager: EntityManager) => Promise<ProcessedEvent>
export type Plan = (deps: PlanDeps, objectId: string) => Promise<Effect>

export const nothing = (outcome: 'ignored' | 'not_ours' | 'unchanged' | 'card_saved'): ProcessedEvent => ({
  outcome,
  topUpId: null,
  fundedWalletId: null,
})
