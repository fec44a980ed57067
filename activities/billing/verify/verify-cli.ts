import { createDataSource } from '@berth/entities/data-source'
import { verifyLedger } from './verify-ledger.ts'

/** `npm run ledger:verify`: exit code 0 when the books are right, 1 when a row is broken, 2 when it could not look. */
const url = process.env['DATABASE_URL']
if (url === undefined) {
  process.stderr.write(
    'Set DATABASE_URL to the database to verify, for example postgres://berth_app:…@127.0.0.1:5432/berth\n',
  )
  process.exit(2)
}

const dataSource = createDataSource({ url, poolSize: 2, applicationName: 'berth-ledger-verify' })
try {
  await dataSource.initialize()
  const { wallets, transactions, meters, problems } = await verifyLedger({ dataSource })
  for (const { invariant, walletId, row, words } of problems) {
    process.stdout.write(`${invariant} wallet ${walletId}, row ${row}: ${words}\n`)
  }
  process.stdout.write(
    `${wallets} wallets, ${transactions} transactions, ${meters} meters: ${problems.length} broken\n`,
  )
  process.exitCode = problems.length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`Could not verify: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
} finally {
  if (dataSource.isInitialized) await dataSource.destroy()
}
