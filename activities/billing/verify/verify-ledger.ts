import type { Micros } from '@berth/contract/money'
import { WalletEntity } from '@berth/entities/wallet'
import { MoreThan, type DataSource, type EntityManager } from 'typeorm'
import { LedgerProblem, type Problem } from './problem.ts'
import { verifyChain } from './verify-chain.ts'
import { verifyMeters } from './verify-meters.ts'
import { verifyReversals } from './verify-reversals.ts'

export interface LedgerReport {
  wallets: number
  transactions: bigint
  meters: number
  /** The first broken row of each wallet; empty when the books are right. */
  problems: Problem[]
}

interface VerifyOptions {
  dataSource: DataSource
  batchSize?: number
  /** Wallets at a time, a connection each: while one hashes here, the database reads for the others. */
  lanes?: number
  /** Called after each wallet. */
  onProgress?: (report: Readonly<LedgerReport>) => void
}

/**
 * Recomputes everything the ledger claims, wallet by wallet: the chain, every balance, every charged second. Reads each
 * wallet in one snapshot, so it may run beside live traffic. Finds any single row that was edited, added or removed by
 * hand; somebody who rewrites a whole chain and the wallet's head along with it is found only by a head hash kept elsewhere.
 */
export async function verifyLedger(options: VerifyOptions): Promise<LedgerReport> {
  const { dataSource, batchSize = 2_000, lanes = 2, onProgress } = options
  const report: LedgerReport = { wallets: 0, transactions: 0n, meters: 0, problems: [] }
  const walletIds = allWalletIds(dataSource, batchSize)
  const lane = async (): Promise<void> => {
    for (;;) {
      const { value: id, done } = await walletIds.next()
      if (done) return
      await dataSource.transaction('REPEATABLE READ', (manager) =>
        verifyWallet(manager, id, batchSize, report),
      )
      onProgress?.(report)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  report.problems.sort((a, b) => (a.walletId < b.walletId ? -1 : 1))
  return report
}

/** In the order of their ids. A generator hands each out once, however many lanes ask. */
async function* allWalletIds(dataSource: DataSource, batchSize: number): AsyncGenerator<string, void> {
  for (let after = ''; ;) {
    const wallets = await dataSource.manager.find(WalletEntity, {
      select: { id: true },
      where: { id: MoreThan(after) },
      order: { id: 'ASC' },
      take: batchSize,
    })
    for (const { id } of wallets) yield (after = id)
    if (wallets.length < batchSize) return
  }
}

async function verifyWallet(
  manager: EntityManager,
  walletId: string,
  batchSize: number,
  report: LedgerReport,
): Promise<void> {
  report.wallets += 1
  try {
    const wallet = await manager.findOneByOrFail(WalletEntity, { id: walletId })
    const books = await verifyChain(manager, walletId, batchSize)
    report.transactions += books.lastSeq
    const claim = (invariant: Problem['invariant'], holds: boolean, words: string): void => {
      if (!holds) throw new LedgerProblem({ invariant, walletId, row: walletId, words })
    }
    claim(
      'I12',
      BigInt(wallet.lastSeq) === books.lastSeq,
      `it counts ${wallet.lastSeq} transactions, there are ${books.lastSeq}`,
    )
    claim('I12', wallet.headHash.equals(books.headHash), 'its head is not the hash of its last transaction')
    for (const balance of ['available', 'held', 'receivable'] as const) {
      const differs = `${balance} is ${wallet[balance]}, its entries sum to ${books[balance]}`
      claim('I3', wallet[balance] === (books[balance] as Micros), differs)
    }
    await verifyReversals(manager, walletId)
    report.meters += await verifyMeters(manager, walletId, books)
  } catch (error) {
    if (!(error instanceof LedgerProblem)) throw error
    report.problems.push(error.problem)
  }
}
