import { DEFAULT_CHARGING, type ChargingTerms } from '@berth/contract/charging'
import { newId } from '@berth/contract/ids'
import { createDataSource } from '@berth/entities/data-source'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'
import { createTestDatabase } from '../../../tests/support/database.ts'
import { createBilling } from '../billing.ts'
import type { Billing } from '../port.ts'

export const DOLLAR = 1_000_000
/** When the test clock starts. */
export const NOON = Date.parse('2026-03-01T12:00:00.000Z')

export interface BillingWorld {
  billing: Billing
  /** As the product connects. */
  application: DataSource
  applicationUrl: string
  owner: DataSource
  /** Stops the database's billing clock at this many milliseconds after noon; only the owner of the schema can. */
  at: (offsetMs: number) => Promise<void>
  aWallet: (balanceMicros?: number) => Promise<{ walletId: string; userId: string }>
  /** On these terms; by the hold unless said otherwise. */
  aRental: (wallet: { walletId: string; userId: string }, charging?: ChargingTerms) => Promise<string>
  close: () => Promise<void>
}

/** A database of its own with a clock that stands still. */
export async function createBillingWorld({ poolSize = 8 } = {}): Promise<BillingWorld> {
  const database = await createTestDatabase()
  const connect = (url: string): Promise<DataSource> =>
    createDataSource({ url, poolSize, applicationName: 'billing-test' }).initialize()
  const [application, owner] = await Promise.all([
    connect(database.applicationUrl),
    connect(database.ownerUrl),
  ])
  await owner.query('CREATE TABLE test_clock (now timestamptz NOT NULL)')
  await owner.query('INSERT INTO test_clock VALUES ($1)', [new Date(NOON)])
  await owner.query(
    `CREATE OR REPLACE FUNCTION billing_now() RETURNS timestamptz LANGUAGE sql VOLATILE
     SECURITY DEFINER SET search_path = public AS 'SELECT now FROM test_clock'`,
  )
  const billing = createBilling({ dataSource: application })

  return {
    billing,
    application,
    applicationUrl: database.applicationUrl,
    owner,
    async at(offsetMs) {
      await owner.query('UPDATE test_clock SET now = $1', [new Date(NOON + offsetMs)])
    },
    async aWallet(balanceMicros = 0) {
      const userId = newId('user')
      const walletId = newId('wallet')
      await application
        .getRepository(UserEntity)
        .insert({ id: userId, handle: userId, displayName: 'A renter' })
      await application.getRepository(WalletEntity).insert({ id: walletId, userId })
      if (balanceMicros > 0) {
        await billing.post({
          walletId,
          amountMicros: BigInt(balanceMicros),
          kind: 'top_up',
          idempotencyKey: `opening/${walletId}`,
          reference: 'opening',
        })
      }
      return { walletId, userId }
    },
    aRental: ({ walletId, userId }, charging = DEFAULT_CHARGING) =>
      insertRental(application, { walletId, userId, charging }),
    async close() {
      await Promise.all([application.destroy(), owner.destroy()])
      await database.drop()
    },
  }
}

async function insertRental(
  application: DataSource,
  { walletId, userId, charging }: { walletId: string; userId: string; charging: ChargingTerms },
): Promise<string> {
  const rentalId = newId('rental')
  await application.query(
    `INSERT INTO rentals (id, user_id, wallet_id, name, phase, offer, provider, account, gpu_model, gpu_count, region,
       price_micros_per_hour, image, disk_gib, ssh_key_ids, ssh_public_keys, workflow_claimed_at, charging)
     VALUES ($1, $2, $3, 'a pod', 'running', '{}', 'p', 'p', 'H100', 1, 'r', 1, 'i', 1, '{}', '{}', now(), $4)`,
    [rentalId, userId, walletId, charging],
  )
  return rentalId
}
