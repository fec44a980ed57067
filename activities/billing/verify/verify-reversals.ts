import type { EntityManager } from 'typeorm'
import { LedgerProblem } from './problem.ts'

/** A correction names its original: an earlier charge of the same rental that earned at least what is given back. */
export async function verifyReversals(manager: EntityManager, walletId: string): Promise<void> {
  const [broken] = await manager.query<{ id: string; original: string | null }[]>(
    `SELECT r.id, r.reversal_of AS original
     FROM ledger_transactions r
       LEFT JOIN ledger_transactions o ON o.id = r.reversal_of AND o.wallet_id = r.wallet_id AND o.rental_id = r.rental_id
         AND o.seq < r.seq AND o.kind = 'charge'
       LEFT JOIN ledger_entries given ON given.transaction_id = r.id AND given.account = 'revenue'
       LEFT JOIN ledger_entries earned ON earned.transaction_id = o.id AND earned.account = 'revenue'
     WHERE r.wallet_id = $1 AND (r.kind = 'charge_reversal' OR r.reversal_of IS NOT NULL)
       AND (earned.amount + given.amount >= 0) IS NOT TRUE
     ORDER BY r.seq LIMIT 1`,
    [walletId],
  )
  if (broken === undefined) return
  const words = `it takes back more than ${broken.original ?? 'nothing'} earned, or names no charge of its rental`
  throw new LedgerProblem({ invariant: 'I9', walletId, row: broken.id, words })
}
