import { DataSource } from 'typeorm'
import { allEntities } from './all-entities.ts'
import { allMigrations } from './migrations/all-migrations.ts'

interface DataSourceConfig {
  /** `postgres://user:password@host:port/database` */
  url: string
  poolSize: number
  /** Shown in pg_stat_activity, so that an operator sees who holds a lock. */
  applicationName: string
  /** Longest a statement may run, default 30 s. */
  statementTimeoutMs?: number
  /** Longest to wait for a lock, default 10 s: a convoy on one wallet becomes a retry, not an outage. */
  lockTimeoutMs?: number
  /** How long to wait for a connection, a free one of the pool or a new one. */
  connectTimeoutMs?: number
}

/**
 * A data source that is not connected yet; `initialize()` connects it. A transaction left open for 15 s is ended by the
 * server: one forgotten snapshot cuts the debit rate of a busy wallet to a fifth.
 */
export function createDataSource(config: DataSourceConfig): DataSource {
  const { url, poolSize, applicationName } = config
  const { statementTimeoutMs = 30_000, lockTimeoutMs = 10_000, connectTimeoutMs = 10_000 } = config
  return new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName,
    connectTimeoutMS: connectTimeoutMs,
    entities: allEntities,
    migrations: allMigrations,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    extra: {
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: 15_000,
    },
  })
}
