import { createHash } from 'node:crypto'
import type { LedgerAccount } from '@berth/entities/ledger-entry'

/** A ledger transaction as text, the way it was hashed: integers in decimal, instants in microseconds since 1970. */
export interface ChainedTransaction {
  id: string
  walletId: string
  seq: string
  kind: string
  idempotencyKey: string
  requestHash: string
  rentalId: string | null
  reference: string | null
  reversalOf: string | null
  note: string | null
  occurredAtMicros: string
  postedAtMicros: string
  prevHash: Buffer
  hash: Buffer
  entries: { position: number; account: LedgerAccount; amount: string; balanceAfter: string | null }[]
}

/**
 * What `hash` must be. Written apart from the SQL that fills it, so that the two check each other: a JSON array of
 * every field in order, each a string or null, after the hash of the transaction before.
 */
export function chainHash(transaction: ChainedTransaction): Buffer {
  const { prevHash, entries } = transaction
  const fields = [
    transaction.id,
    transaction.walletId,
    transaction.seq,
    transaction.kind,
    transaction.idempotencyKey,
    transaction.requestHash,
    transaction.rentalId,
    transaction.reference,
    transaction.reversalOf,
    transaction.note,
    transaction.occurredAtMicros,
    transaction.postedAtMicros,
    ...entries.flatMap(({ position, account, amount, balanceAfter }) => [
      String(position),
      account,
      amount,
      balanceAfter,
    ]),
  ]
  return createHash('sha256').update(prevHash).update(JSON.stringify(fields)).digest()
}
