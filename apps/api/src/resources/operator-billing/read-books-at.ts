import { toWire } from '@berth/contract/money'
import type { BalanceAt, TrialBalance } from '@berth/contract/schemas/operator-billing'
import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'
import { databaseNow } from '../../database-now.ts'
import { problem } from '../../http/problem.ts'

const instantOf = async (dataSource: DataSource, at: string | undefined): Promise<Date> =>
  at === undefined ? databaseNow(dataSource) : new Date(at)

/** As the entries add up that were written by then; nothing is kept for it that could be wrong. */
export async function readBalanceAt(
  dataSource: DataSource,
  { walletId, at: wanted }: { walletId: string; at: string | undefined },
): Promise<BalanceAt> {
  if (!(await dataSource.getRepository(WalletEntity).existsBy({ id: walletId }))) {
    throw problem('not_found', 'There is no such wallet.')
  }
  const at = await instantOf(dataSource, wanted)
  const [row] = await dataSource.query<
    (Record<'available' | 'held' | 'receivable' | 'transactions', string> & { head_hash: Buffer | null })[]
  >('SELECT * FROM billing_balance_at($1, $2)', [walletId, at])
  if (!row) throw new Error(`no balance of ${walletId}`)
  return {
    walletId,
    at: at.toISOString(),
    availableMicros: toWire(BigInt(row.available)),
    heldMicros: toWire(BigInt(row.held)),
    receivableMicros: toWire(BigInt(row.receivable)),
    transactions: Number(row.transactions),
    headHash: row.head_hash?.toString('hex') ?? null,
  }
}

export async function readTrialBalance(
  dataSource: DataSource,
  wanted: string | undefined,
): Promise<TrialBalance> {
  const at = await instantOf(dataSource, wanted)
  const rows = await dataSource.query<{ account: string; micros: string; entries: string }[]>(
    'SELECT * FROM ledger_trial_balance($1)',
    [at],
  )
  return {
    at: at.toISOString(),
    accounts: rows.map(({ account, micros, entries }) => ({
      account,
      micros: toWire(BigInt(micros)),
      entries: Number(entries),
    })),
    totalMicros: toWire(rows.reduce((sum, { micros }) => sum + BigInt(micros), 0n)),
  }
}
