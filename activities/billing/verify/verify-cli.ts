import type { LedgerReport } from './verify-ledger.ts'
import { verifyLedger } from './verify-ledger.ts'
import { withLedger } from './with-ledger.ts'

const PROGRESS_EVERY_MS = 1_000

/** `npm run ledger:verify`: exit code 0 when the books are right, 1 when a row is broken, 2 when it could not look. */
await withLedger('verify', async (dataSource) => {
  const { wallets, transactions, meters, problems } = await verifyLedger({ dataSource, onProgress: tell() })
  for (const { invariant, walletId, row, words } of problems) {
    process.stdout.write(`${invariant} wallet ${walletId}, row ${row}: ${words}\n`)
  }
  process.stdout.write(
    `${wallets} wallets, ${transactions} transactions, ${meters} meters: ${problems.length} broken\n`,
  )
  return problems.length === 0
})

/** A line a second on the error stream, so that a long run is seen to go on and the result stays alone on the other. */
function tell(): (report: Readonly<LedgerReport>) => void {
  let lastMs = Date.now()
  return ({ wallets, transactions, problems }) => {
    if (Date.now() - lastMs < PROGRESS_EVERY_MS) return
    lastMs = Date.now()
    process.stderr.write(
      `${wallets} wallets, ${transactions} transactions, ${problems.length} broken so far\n`,
    )
  }
}
