import { createTestDatabase } from '../tests/support/database.ts'
import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DataSource } from 'typeorm'
import { createDataSource } from './data-source.ts'
import { migrate } from './migrate.ts'
import { RentalEventEntity } from './rental-event.ts'
import { applicationFunctions, applicationPrivileges, applicationRole } from './roles.ts'
import { UserEntity } from './user.ts'
import { WalletEntity } from './wallet.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let owner: DataSource
let application: DataSource

beforeAll(async () => {
  database = await createTestDatabase()
  owner = await connect(database.ownerUrl)
  application = await connect(database.applicationUrl)
})

afterAll(async () => {
  await Promise.all([owner.destroy(), application.destroy()])
  await database.drop()
})

describe('the schema', () => {
  it('is what the entities say, to the last constraint name', async () => {
    const drift = await owner.driver.createSchemaBuilder().log()
    expect(drift.upQueries.map(({ query }) => query)).toEqual([])
  })

  it('has every CHECK that the entities declare, with the same meaning', async () => {
    const rows: { name: string; definition: string }[] = await owner.query(
      `SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
       WHERE contype = 'c' AND connamespace = 'public'::regnamespace`,
    )
    const inDatabase = new Map(rows.map(({ name, definition }) => [name, definition]))
    for (const { checks, tableName } of owner.entityMetadatas) {
      for (const { name, expression } of checks) {
        await owner.query(`CREATE TEMP TABLE probe (LIKE ${tableName})`)
        await owner.query(`ALTER TABLE probe ADD CONSTRAINT ${name} CHECK (${expression})`)
        const [probe]: { definition: string }[] = await owner.query(
          `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = 'probe'::regclass AND contype = 'c'`,
        )
        await owner.query('DROP TABLE probe')
        expect({ name, definition: inDatabase.get(name) }).toEqual({ name, definition: probe?.definition })
      }
    }
    const declared = owner.entityMetadatas.reduce((sum, { checks }) => sum + checks.length, 0)
    expect(rows).toHaveLength(declared)
  })

  it('survives being migrated again', async () => {
    await migrate({ url: database.ownerUrl })
    expect(await application.query('SELECT 1 AS one FROM wallets')).toEqual([])
  })

  it('carries money as exact integers beyond what a float holds', async () => {
    const { walletId } = await aWallet()
    const beyond = 9_007_199_254_740_993n
    await owner.query('UPDATE wallets SET available = $2 WHERE id = $1', [walletId, beyond.toString()])
    const wallet = await application
      .getRepository(WalletEntity)
      .findOneByOrFail({ id: walletId, available: micros(beyond) })
    expect(wallet.available).toBe(beyond)
  })
})

describe('the application role', () => {
  it('has exactly the privileges on the list and none on anything else', async () => {
    const rows: { table: string; privileges: string[] }[] = await owner.query(
      `SELECT table_name AS table, array_agg(privilege_type::text ORDER BY privilege_type) AS privileges
       FROM information_schema.role_table_grants WHERE grantee = $1 AND table_schema = 'public' GROUP BY 1`,
      [applicationRole],
    )
    const granted = Object.fromEntries(rows.map(({ table, privileges }) => [table, privileges]))
    const expected = Object.entries(applicationPrivileges).map(([table, more]) => [
      table,
      ['SELECT', ...more].sort(),
    ])
    expect(granted).toEqual(Object.fromEntries(expected))
    expect(Object.keys(granted).sort()).toEqual(
      owner.entityMetadatas.map(({ tableName }) => tableName).sort(),
    )
  })

  it.each([
    'CREATE TABLE mine (id int)',
    'DROP TABLE rentals',
    'TRUNCATE users',
    'ALTER TABLE users ADD COLUMN x int',
  ])('can not %s', async (statement) => {
    await expect(application.query(statement)).rejects.toThrow(/permission denied|must be owner/)
  })

  it('may call the billing functions on the list and none of those they are made of', async () => {
    const rows = await owner.query<{ name: string }[]>(
      `SELECT proname AS name FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE')`,
      [applicationRole],
    )
    expect(rows.map(({ name }) => name).sort()).toEqual([...applicationFunctions].sort())
    await expect(application.query(`SELECT billing_store_wallet(w) FROM wallets w`)).rejects.toThrow(
      /permission denied/,
    )
    const replace = application.query(
      `CREATE OR REPLACE FUNCTION billing_now() RETURNS timestamptz LANGUAGE sql RETURN now() - interval '1 day'`,
    )
    await expect(replace).rejects.toThrow(/permission denied|must be owner/)
  })

  it('can not give a wallet money, neither at birth nor later', async () => {
    const { walletId, userId } = await aWallet()
    const rich = application
      .getRepository(WalletEntity)
      .insert({ id: newId('wallet'), userId, available: micros(5n) })
    await expect(rich).rejects.toThrow(/must open empty/)
    const update = application.query('UPDATE wallets SET available = 5 WHERE id = $1', [walletId])
    await expect(update).rejects.toThrow(/permission denied/)
  })
})

describe('append-only tables', () => {
  const tables = [
    'ledger_transactions',
    'ledger_entries',
    'charge_windows',
    'rental_events',
    'launch_attempts',
    'launch_outcomes',
    'webhook_events',
    'webhook_effects',
    'notices',
    'delivery_attempts',
    'promotion_redemptions',
  ]

  it.each(tables)('%s refuses UPDATE, DELETE and TRUNCATE from its owner', async (table) => {
    const [column]: { name: string }[] = await owner.query(
      'SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 LIMIT 1',
      [table],
    )
    for (const statement of [
      `UPDATE ${table} SET ${column?.name} = ${column?.name}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
    ]) {
      await expect(owner.query(statement)).rejects.toThrow(/append-only/)
    }
  })

  it.each(tables)('%s refuses UPDATE, DELETE and TRUNCATE from the application', async (table) => {
    for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
      await expect(application.query(statement)).rejects.toThrow(/permission denied/)
    }
    const [privilege]: { may: boolean }[] = await owner.query(
      `SELECT has_table_privilege($1, $2, 'UPDATE') OR has_any_column_privilege($1, $2, 'UPDATE') AS may`,
      [applicationRole, table],
    )
    expect(privilege?.may).toBe(false)
  })
})

describe('the ledger', () => {
  const insertTransaction = `INSERT INTO ledger_transactions
    (id, wallet_id, seq, kind, idempotency_key, request_hash, occurred_at, prev_hash, hash)
    VALUES ($1, $2, $3, 'top_up', $1, '', now(), '', '')`
  const insertEntries = `INSERT INTO ledger_entries (transaction_id, position, account, amount)
    VALUES ($1, 0, 'available', $2::bigint), ($1, 1, 'stripe_clearing', $3::bigint)`

  it('refuses a transaction that does not sum to zero', async () => {
    const { walletId } = await aWallet()
    const unbalanced = owner.transaction(async (manager) => {
      await manager.query(insertTransaction, ['unbalanced', walletId, 1])
      await manager.query(insertEntries, ['unbalanced', 10, -9])
    })
    await expect(unbalanced).rejects.toThrow(/does not balance: 2 entries, sum 1/)
  })

  it('refuses at commit a transaction without entries, and an entry added to a finished one', async () => {
    const { walletId } = await aWallet()
    await expect(owner.query(insertTransaction, ['hollow', walletId, 1])).rejects.toThrow(/does not balance/)
    await owner.transaction(async (manager) => {
      await manager.query(insertTransaction, ['finished', walletId, 1])
      await manager.query(insertEntries, ['finished', 10, -10])
    })
    const addEntry = `INSERT INTO ledger_entries (transaction_id, position, account, amount) VALUES ('finished', 2, 'revenue', 1)`
    await expect(owner.query(addEntry)).rejects.toThrow(/does not balance/)
  })
})

describe('notifications', () => {
  it('tell of a rental event once its transaction has committed', async () => {
    const { userId, walletId } = await aWallet()
    const rentalId = newId('rental')
    const runner = owner.createQueryRunner()
    const heard: string[] = []
    const connection: {
      on: (event: 'notification', listener: (message: { payload: string }) => void) => void
    } = await runner.connect()
    connection.on('notification', ({ payload }) => heard.push(payload))
    await runner.query('LISTEN rental_event')
    await application.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO rentals (id, user_id, wallet_id, name, phase, offer, provider, account, gpu_model, gpu_count, region,
           price_micros_per_hour, image, disk_gib, ssh_key_ids, ssh_public_keys)
         VALUES ($1, $2, $3, 'n', 'reserving', '{}', 'p', 'p', 'H100', 1, 'r', 1, 'i', 1, '{}', '{}')`,
        [rentalId, userId, walletId],
      )
      await manager.getRepository(RentalEventEntity).insert({ rentalId, userId, kind: 'requested', data: {} })
      await runner.query('SELECT 1')
      expect(heard).toEqual([])
    })
    await runner.query('SELECT 1')
    expect(heard.map((payload) => JSON.parse(payload) as unknown)).toEqual([
      { id: expect.stringMatching(/^\d+$/), rentalId, userId, kind: 'requested' },
    ])
    await runner.query('UNLISTEN *')
    await runner.release()
  })
})

async function connect(url: string): Promise<DataSource> {
  return createDataSource({ url, poolSize: 4, applicationName: 'schema-test' }).initialize()
}

async function aWallet(): Promise<{ userId: string; walletId: string }> {
  const userId = newId('user')
  const walletId = newId('wallet')
  await application.getRepository(UserEntity).insert({ id: userId, handle: userId, displayName: 'A person' })
  const ownUser = newId('user')
  await application.getRepository(UserEntity).insert({ id: ownUser, handle: ownUser, displayName: 'Another' })
  await application.getRepository(WalletEntity).insert({ id: walletId, userId: ownUser })
  return { userId, walletId }
}
