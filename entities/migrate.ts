import type { DataSource } from 'typeorm'
import { createDataSource } from './data-source.ts'
import { applicationFunctions, applicationPrivileges, applicationRole } from './roles.ts'

/**
 * Brings the schema up to date as its owner and grants the application role exactly what it may do. Repeating it changes
 * nothing. With `applicationPassword` the role is created or given that password first (needs CREATEROLE); without, the
 * role must exist.
 */
export async function migrate(options: { url: string; applicationPassword?: string }): Promise<void> {
  const dataSource = createDataSource({
    url: options.url,
    poolSize: 1,
    applicationName: 'berth-migrate',
    statementTimeoutMs: 600_000,
    lockTimeoutMs: 30_000,
  })
  await dataSource.initialize()
  try {
    if (options.applicationPassword !== undefined) await ensureRole(dataSource, options.applicationPassword)
    await dataSource.runMigrations()
    await grant(dataSource)
  } finally {
    await dataSource.destroy()
  }
}

async function ensureRole(dataSource: DataSource, password: string): Promise<void> {
  const found: unknown[] = await dataSource.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [
    applicationRole,
  ])
  const verb = found.length === 0 ? 'CREATE' : 'ALTER'
  const [{ literal }]: [{ literal: string }] = await dataSource.query('SELECT quote_literal($1) AS literal', [
    password,
  ])
  await dataSource.query(`${verb} ROLE ${applicationRole} LOGIN PASSWORD ${literal}`)
}

/** Starts from nothing each time, so that a privilege taken off the list is really gone. */
async function grant(dataSource: DataSource): Promise<void> {
  const perTable = Object.entries(applicationPrivileges).map(
    ([table, privileges]) =>
      `GRANT ${['SELECT', ...privileges].join(', ')} ON ${table} TO ${applicationRole}`,
  )
  await dataSource.transaction(async (manager) => {
    // Why: two processes that migrate at once would trip over each other's catalog rows.
    await manager.query('SELECT pg_advisory_xact_lock(7236002)')
    for (const statement of [
      'REVOKE ALL ON SCHEMA public FROM PUBLIC',
      `GRANT USAGE ON SCHEMA public TO ${applicationRole}`,
      `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${applicationRole}`,
      'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC',
      `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM ${applicationRole}`,
      ...perTable,
      ...applicationFunctions.map((name) => `GRANT EXECUTE ON FUNCTION ${name} TO ${applicationRole}`),
      `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${applicationRole}`,
    ]) {
      await manager.query(statement)
    }
  })
}
