import { randomBytes } from 'node:crypto'
import { ownerRole } from '@berth/entities/roles'
import { databaseUrls, withClient, type DatabaseUrls } from '@berth/stack/postgres/provision-database'
import type { TestPostgres } from './test-cluster.ts'

export interface TestDatabase extends DatabaseUrls {
  name: string
  /** Ends every connection to it and removes it. */
  drop: () => Promise<void>
}

/** One lock for the whole cluster: two copies of a template at once would wait for each other's connections. */
const templateCopyLock = 7_236_001

/** A migrated, empty database in this cluster. */
export async function copyTemplate({
  port,
  password,
  superuserUrl,
  template,
}: TestPostgres): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await withClient(superuserUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [templateCopyLock])
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${ownerRole}`)
  })
  return {
    name,
    ...databaseUrls({ port, database: name, password }),
    drop: async () => {
      await withClient(superuserUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}
