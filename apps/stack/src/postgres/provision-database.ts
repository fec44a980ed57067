import { migrate } from '@berth/entities/migrate'
import { applicationRole, ownerRole } from '@berth/entities/roles'
import pg from 'pg'
import type { PostgresCluster } from './cluster.ts'

export interface DatabaseUrls {
  /** Owns the schema: migrations only. */
  ownerUrl: string
  /** What the processes of the product connect as: no DDL, no rewriting of the ledger. */
  applicationUrl: string
}

/**
 * Makes the two login roles and the database where they are missing, then brings the schema up to date. Repeating it
 * changes nothing, so every start of the stack runs it.
 */
export async function provisionDatabase(options: {
  cluster: PostgresCluster
  database: string
  password: string
}): Promise<DatabaseUrls> {
  const { cluster, database, password } = options
  await withClient(cluster.superuserUrl('postgres'), async (client) => {
    await ensureRole(client, ownerRole, password)
    await ensureRole(client, applicationRole, password)
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (found.rowCount === 0) {
      await client.query(
        `CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${pg.escapeIdentifier(ownerRole)}`,
      )
    }
  })
  const urls = databaseUrls({ port: cluster.port, database, password })
  await migrate({ url: urls.ownerUrl })
  return urls
}

export function databaseUrls(options: { port: number; database: string; password: string }): DatabaseUrls {
  const urlOf = (role: string): string =>
    `postgres://${role}:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${options.database}`
  return { ownerUrl: urlOf(ownerRole), applicationUrl: urlOf(applicationRole) }
}

/** Runs `use` on one connection and closes it, whatever happens. */
export async function withClient<T>(
  connectionString: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
  const verb = found.rowCount === 0 ? 'CREATE' : 'ALTER'
  await client.query(`${verb} ROLE ${pg.escapeIdentifier(role)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`)
}
