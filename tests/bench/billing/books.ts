import { verifyLedger } from '@berth/activities/billing/verify/verify-ledger'
import { createDataSource } from '@berth/entities/data-source'
import type { DataSource } from 'typeorm'
import { copyTemplate, type TestDatabase } from '../../support/copy-template.ts'
import type { TestPostgres } from '../../support/test-cluster.ts'

/** A wallet deep enough that no run comes near its end: ten million dollars, in micro-dollars. */
const DEEP_MICROS = 10_000_000_000_000n

export interface Books {
  database: TestDatabase
  /** Running meters; their rentals are called `prefix` and a number from 1. */
  rentals: number
  prefix: string
  anyRental(): string
  application: DataSource
  owner: DataSource
  close(): Promise<void>
}

/** A database of its own with so many wallets and so many running meters in each, opened by the billing functions themselves. */
export async function openBooks(
  cluster: TestPostgres,
  { wallets, metersEach }: { wallets: number; metersEach: number },
): Promise<Books> {
  const database = await copyTemplate(cluster)
  const connect = (url: string, poolSize: number): Promise<DataSource> =>
    createDataSource({
      url,
      poolSize,
      applicationName: 'billing-bench',
      statementTimeoutMs: 600_000,
    }).initialize()
  const [application, owner] = await Promise.all([
    connect(database.applicationUrl, 8),
    connect(database.ownerUrl, 2),
  ])
  await owner.query(
    `INSERT INTO users (id, handle, display_name) SELECT 'usr_' || n, 'renter-' || n, 'A renter' FROM generate_series(1, $1::int) AS n`,
    [wallets],
  )
  await owner.query(
    `INSERT INTO wallets (id, user_id) SELECT 'wal_' || n, 'usr_' || n FROM generate_series(1, $1::int) AS n`,
    [wallets],
  )
  await owner.query(
    `SELECT count(billing_post('wal_' || n, 'top_up', $2, 'opening/' || n, '', 'bench', NULL, NULL)) FROM generate_series(1, $1::int) AS n`,
    [wallets, DEEP_MICROS],
  )
  await owner.query(
    `INSERT INTO rentals (id, user_id, wallet_id, name, phase, offer, provider, account, gpu_model, gpu_count, region,
       price_micros_per_hour, image, disk_gib, ssh_key_ids, ssh_public_keys, workflow_claimed_at, charging)
     SELECT 'ren_' || n, 'usr_' || 1 + (n - 1) % $1::int, 'wal_' || 1 + (n - 1) % $1::int, 'a pod', 'running', '{"id": "bench", "gpu": {"key": "h100"}}', 'runpod', 'runpod', 'H100', 1, 'r',
       1990000 + n % 977, 'i', 1, '{}', '{}', now(), '{"strategy": "hold"}'
     FROM generate_series(1, $2::int) AS n`,
    [wallets, wallets * metersEach],
  )
  for (const call of [
    `billing_reserve(id, 'seg_' || id, price_micros_per_hour, 30, NULL, NULL, NULL)`,
    `billing_start(id, price_micros_per_hour, 30)`,
  ])
    await owner.query(`SELECT count(${call}) FROM rentals`)
  const rentals = wallets * metersEach
  return {
    database,
    rentals,
    prefix: 'ren_',
    anyRental: () => `ren_${1 + Math.floor(Math.random() * rentals)}`,
    application,
    owner,
    async close() {
      await Promise.all([application.destroy(), owner.destroy()])
      await database.drop()
    },
  }
}

/** Moves the clock that charges on by this many seconds at each look, so that every debit has something to charge. */
export async function hurryClock({ owner }: Books, stepSeconds: number): Promise<void> {
  await owner.query('CREATE SEQUENCE bench_ticks')
  await owner.query('GRANT USAGE ON SEQUENCE bench_ticks TO PUBLIC')
  await owner.query(
    `CREATE FUNCTION bench_start() RETURNS timestamptz LANGUAGE sql IMMUTABLE
     RETURN timestamptz '${new Date(Math.ceil(Date.now() / 1000) * 1000).toISOString()}'`,
  )
  await owner.query(
    `CREATE OR REPLACE FUNCTION billing_now() RETURNS timestamptz LANGUAGE sql VOLATILE
     RETURN bench_start() + nextval('bench_ticks') * interval '${stepSeconds} s'`,
  )
}

/** What is wrong with the books, one line each: chains, balances, zero sums, and every second charged once. */
export async function auditBooks({ application }: Books): Promise<string[]> {
  const { problems } = await verifyLedger({ dataSource: application })
  return problems.map((problem) => JSON.stringify(problem))
}

/** Between rounds, so that one does not pay for the rows that another left behind. */
export async function tidyBooks({ owner }: Books): Promise<void> {
  await owner.query('VACUUM (ANALYZE)')
}
