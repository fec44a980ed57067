import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, type BillingWorld } from './test-support/billing-world.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

const PRICE = 3_600_000

let world: BillingWorld
let walletId: string
beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 2 })
  walletId = await aLivedWallet()
})
afterAll(() => world.close())

const LEDGER = ['ledger_transactions', 'ledger_entries', 'charge_windows', 'promotion_redemptions'] as const

/** Every way to change or lose what is written, on rows that are there. */
const attacks = LEDGER.flatMap((table) =>
  [
    `UPDATE ${table} SET ${columnOf(table)} = ${columnOf(table)}`,
    `DELETE FROM ${table}`,
    `TRUNCATE ${table} CASCADE`,
    `MERGE INTO ${table} USING (VALUES (1)) AS one ON true WHEN MATCHED THEN DELETE`,
    `WITH gone AS (DELETE FROM ${table} RETURNING 1) SELECT count(*) FROM gone`,
  ].map((statement) => ({ table, statement })),
)

describe('what is written in the ledger', () => {
  it.each(attacks)('stays when its owner tries to $statement', async ({ table, statement }) => {
    const before = await rowsOf(table)
    expect(before.length).toBeGreaterThan(0)
    await expect(world.owner.query(statement)).rejects.toThrow(/append-only/)
    expect(await rowsOf(table)).toEqual(before)
  })

  it.each(attacks)('stays when the application tries to $statement', async ({ table, statement }) => {
    const before = await rowsOf(table)
    await expect(world.application.query(statement)).rejects.toThrow(/permission denied/)
    expect(await rowsOf(table)).toEqual(before)
  })

  it.each(['wallets', 'users', 'rentals'])('does not go with a TRUNCATE of %s', async (table) => {
    await expect(world.owner.query(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(/append-only/)
  })

  it.each([
    'ALTER TABLE ledger_entries DISABLE TRIGGER ALL',
    'DROP TRIGGER ledger_entries_append_only ON ledger_entries',
    "SET session_replication_role = 'replica'",
    'CREATE OR REPLACE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    "INSERT INTO ledger_entries VALUES ('ltx_forged', 0, 'available', 5, 5)",
    'UPDATE wallets SET available = available + 5',
  ])('is not opened by the application with %s', async (statement) => {
    expect(await refusal(world.application, statement)).toMatch(/permission denied|must be owner/)
    expect(await problems()).toEqual([])
  })
})

/** The error of a statement that must fail; its transaction is rolled back in any case. */
async function refusal(on: DataSource, statement: string): Promise<string> {
  const runner = on.createQueryRunner()
  await runner.startTransaction()
  try {
    await runner.query(statement)
    throw new Error(`went through: ${statement}`)
  } catch (error) {
    return String(error)
  } finally {
    await runner.rollbackTransaction()
    await runner.release()
  }
}

function columnOf(table: (typeof LEDGER)[number]): string {
  const columns = { ledger_transactions: 'note', ledger_entries: 'amount', charge_windows: 'charged' }
  return table === 'promotion_redemptions' ? 'redeemed_at' : columns[table]
}

const rowsOf = (table: string): Promise<unknown[]> =>
  world.owner.query(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`)

async function problems(): Promise<unknown[]> {
  const report = await verifyLedger({ dataSource: world.application })
  return report.problems.filter((problem) => problem.walletId === walletId)
}

/** One with a top-up, a code, a hold, charges and a reversal. */
async function aLivedWallet(): Promise<string> {
  await world.at(0)
  const owner = await world.aWallet(10 * DOLLAR)
  await world.owner.query(
    `INSERT INTO promotions (code, amount, max_redemptions, note, created_by) VALUES ('HELLO', 5, 1, 'Hello', $1)`,
    [owner.userId],
  )
  await world.application.query(`SELECT * FROM billing_redeem($1, 'HELLO')`, [owner.walletId])
  const rentalId = await world.aRental(owner)
  await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })
  await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })
  await world.at(60_000)
  await world.billing.renew({ rentalId })
  const endAt = new Date(Date.parse('2026-03-01T12:00:40.000Z')).toISOString()
  await world.billing.close({ rentalId, endAt })
  return owner.walletId
}
