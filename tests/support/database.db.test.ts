import { withClient } from '@berth/stack/postgres/provision-database'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from './database.ts'

test('databases made at the same time are separate copies of the migrated schema', async () => {
  const databases = await Promise.all(Array.from({ length: 4 }, createTestDatabase))
  try {
    expect(new Set(databases.map(({ name }) => name)).size).toBe(4)
    const [first, second] = databases
    const tables = await tableNames(first!.ownerUrl)
    expect(tables.length).toBeGreaterThan(0)
    await withClient(first!.ownerUrl, (client) => client.query('CREATE TABLE only_here (id int)'))
    expect(await tableNames(first!.ownerUrl)).toContain('only_here')
    expect(await tableNames(second!.ownerUrl)).toEqual(tables)
  } finally {
    await Promise.all(databases.map(({ drop }) => drop()))
  }
})

test('the application role cannot change the schema', async () => {
  const database = await createTestDatabase()
  try {
    const attempt = withClient(database.applicationUrl, (client) =>
      client.query('CREATE TABLE mine (id int)'),
    )
    await expect(attempt).rejects.toThrow('permission denied for schema public')
  } finally {
    await database.drop()
  }
})

test('a dropped database is gone even while somebody is connected to it', async () => {
  const database = await createTestDatabase()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  const lost = new Promise((resolve) => client.on('error', resolve))
  await client.connect()
  await database.drop()
  expect(await lost).toBeInstanceOf(Error)
  await expect(withClient(database.ownerUrl, (client) => client.query('SELECT 1'))).rejects.toThrow(
    'does not exist',
  )
})

async function tableNames(url: string): Promise<string[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    ),
  )
  return rows.map(({ name }) => name)
}
