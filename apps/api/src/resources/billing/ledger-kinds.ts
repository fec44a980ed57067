import type { LedgerLine } from '@berth/contract/schemas/billing'
import { LEDGER_KINDS, type LedgerKind } from '@berth/entities/ledger-transaction'

type ShownKind = LedgerLine['kind']

/** The ledger tells stages of a dispute apart that a statement shows as one; every kind must be answered here. */
const SHOWN_AS: Record<LedgerKind, ShownKind> = {
  top_up: 'top_up',
  promotion: 'promotion',
  refund: 'refund',
  dispute_opened: 'dispute',
  dispute_won: 'dispute_won',
  dispute_lost: 'dispute',
  hold: 'hold',
  charge: 'charge',
  release: 'release',
  charge_reversal: 'reversal',
  overrun: 'write_off',
  upstream_cost: 'upstream_cost',
  adjustment_credit: 'adjustment',
  adjustment_debit: 'adjustment',
  debt_write_off: 'adjustment',
}

export const shownKind = (kind: LedgerKind): ShownKind => SHOWN_AS[kind]

/** What to look for when a person asks for one kind. */
export const storedKinds = (shown: ShownKind): LedgerKind[] =>
  LEDGER_KINDS.filter((kind) => SHOWN_AS[kind] === shown)
