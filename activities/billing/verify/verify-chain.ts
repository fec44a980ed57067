import type { LedgerAccount } from '@berth/entities/ledger-entry'
import type { EntityManager } from 'typeorm'
import { chainHash, type ChainedTransaction } from './chain-hash.ts'
import { LedgerProblem, type Problem } from './problem.ts'

/** What the ledger says a wallet has, and what each of its rentals earned. */
export interface Books {
  available: bigint
  held: bigint
  receivable: bigint
  lastSeq: bigint
  headHash: Buffer
  revenueByRental: Map<string, bigint>
}

/** Walks a wallet's transactions from the first, in batches, and stops at the first that is not what it claims to be. */
export async function verifyChain(
  manager: EntityManager,
  walletId: string,
  batchSize: number,
): Promise<Books> {
  const books: Books = {
    available: 0n,
    held: 0n,
    receivable: 0n,
    lastSeq: 0n,
    headHash: Buffer.alloc(32),
    revenueByRental: new Map(),
  }
  for (;;) {
    const batch = await readBatch(manager, walletId, books.lastSeq, batchSize)
    for (const transaction of batch) add(books, transaction)
    if (batch.length < batchSize) return books
  }
}

function add(books: Books, transaction: ChainedTransaction): void {
  const claim = (invariant: Problem['invariant'], holds: boolean, words: string): void => {
    if (holds) return
    throw new LedgerProblem({ invariant, walletId: transaction.walletId, row: transaction.id, words })
  }
  const { seq, prevHash, hash, entries, rentalId } = transaction
  const expectedSeq = books.lastSeq + 1n
  claim('I12', BigInt(seq) === expectedSeq, `transaction ${expectedSeq} of the wallet is missing before it`)
  claim('I12', prevHash.equals(books.headHash), 'it does not follow from the transaction before it')
  claim(
    'I12',
    hash.equals(chainHash(transaction)),
    'the row or its entries were changed after it was written',
  )
  claim('I2', entries.length >= 2 && sum(entries) === 0n, `its entries sum to ${sum(entries)}`)
  for (const { account, amount, balanceAfter } of entries) {
    const balance = post(books, account, BigInt(amount))
    const expected = balance === null ? null : String(balance)
    claim('I3', balanceAfter === expected, `${account} is ${expected} after it, but it says ${balanceAfter}`)
    claim('I1', balance === null || balance >= 0n, `${account} is below zero after it`)
    if (account === 'revenue' && rentalId !== null) {
      books.revenueByRental.set(rentalId, (books.revenueByRental.get(rentalId) ?? 0n) + BigInt(amount))
    }
  }
  books.lastSeq = expectedSeq
  books.headHash = hash
}

const sum = (entries: ChainedTransaction['entries']): bigint =>
  entries.reduce((total, { amount }) => total + BigInt(amount), 0n)

/** The balance afterwards, null for an account of the platform. */
function post(books: Books, account: LedgerAccount, amount: bigint): bigint | null {
  switch (account) {
    case 'available':
    case 'held':
      return (books[account] += amount)
    case 'receivable':
      return (books.receivable -= amount)
    default:
      return null
  }
}

/** The next transactions of a wallet with their entries, oldest first. */
export function readBatch(
  manager: EntityManager,
  walletId: string,
  after: bigint,
  limit: number,
): Promise<ChainedTransaction[]> {
  return manager.query(
    `SELECT t.id, t.wallet_id AS "walletId", t.seq::text, t.kind, t.idempotency_key AS "idempotencyKey",
       t.request_hash AS "requestHash", t.rental_id AS "rentalId", t.reference, t.reversal_of AS "reversalOf", t.note,
       (extract(epoch FROM t.occurred_at) * 1000000)::bigint::text AS "occurredAtMicros",
       (extract(epoch FROM t.posted_at) * 1000000)::bigint::text AS "postedAtMicros",
       t.prev_hash AS "prevHash", t.hash,
       (SELECT coalesce(json_agg(json_build_object('position', e.position, 'account', e.account, 'amount', e.amount::text,
                 'balanceAfter', e.balance_after::text) ORDER BY e.position), '[]')
        FROM ledger_entries e WHERE e.transaction_id = t.id) AS entries
     FROM ledger_transactions t WHERE t.wallet_id = $1 AND t.seq > $2 ORDER BY t.seq LIMIT $3`,
    [walletId, String(after), limit],
  )
}
