import { createDataSource } from '@berth/entities/data-source'
import type { DataSource } from 'typeorm'

/** Runs a command over the ledger. Exit code 0 when all is well, 1 when the books are wrong, 2 when it could not look. */
export async function withLedger(
  what: string,
  command: (dataSource: DataSource) => Promise<boolean>,
): Promise<void> {
  const url = process.env['DATABASE_URL']
  if (url === undefined) {
    process.stderr.write(
      `Set DATABASE_URL to the database to ${what}, for example postgres://berth_app:…@127.0.0.1:5432/berth\n`,
    )
    process.exitCode = 2
    return
  }
  // A look over the whole ledger may take longer than a request is ever given.
  const dataSource = createDataSource({
    url,
    poolSize: 3,
    applicationName: `berth-ledger-${what}`,
    statementTimeoutMs: 600_000,
  })
  try {
    await dataSource.initialize()
    process.exitCode = (await command(dataSource)) ? 0 : 1
  } catch (error) {
    process.stderr.write(`Could not ${what}: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 2
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy()
  }
}
