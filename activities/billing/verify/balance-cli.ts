import { formatUsd } from '@berth/contract/money'
import { withLedger } from './with-ledger.ts'

/**
 * `npm run ledger:balance -- [wallet] [instant]`: a wallet, or with none the trial balance of all accounts, as of an
 * instant (default now). The trial balance fails (exit code 1) when the accounts do not sum to zero.
 */
const [first, second] = process.argv.slice(2)
const walletId = first?.startsWith('wal_') ? first : null
const at = new Date((walletId === null ? first : second) ?? Date.now())

const money = (micros: string | bigint): string => formatUsd(BigInt(micros), 6).padStart(24)

await withLedger('balance', async (dataSource) => {
  if (Number.isNaN(at.getTime()))
    throw new Error(`"${second ?? first}" is no instant; write 2026-03-01T12:00:00Z`)
  process.stdout.write(`as of ${at.toISOString()}\n`)
  if (walletId !== null) {
    const [row] = await dataSource.query<
      Record<'available' | 'held' | 'receivable' | 'transactions', string>[]
    >('SELECT * FROM billing_balance_at($1, $2)', [walletId, at])
    for (const account of ['available', 'held', 'receivable'] as const) {
      process.stdout.write(`${account.padEnd(18)}${money(row?.[account] ?? '0')}\n`)
    }
    process.stdout.write(`${row?.transactions ?? 0} transactions\n`)
    return true
  }
  const rows = await dataSource.query<{ account: string; micros: string }[]>(
    'SELECT account, micros FROM ledger_trial_balance($1)',
    [at],
  )
  for (const { account, micros } of rows) process.stdout.write(`${account.padEnd(18)}${money(micros)}\n`)
  const total = rows.reduce((sum, { micros }) => sum + BigInt(micros), 0n)
  process.stdout.write(`${'total'.padEnd(18)}${money(total)}\n`)
  return total === 0n
})
