import { createDataSource } from '@berth/entities/data-source'
import { newId } from '@berth/contract/ids'
import type { AttemptOutcome } from '@berth/contract/rental-status'
import { OfferEntity, type CatalogRecord } from '@berth/entities/offer'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import type { DataSource } from 'typeorm'
import { createTestDatabase } from '../../../tests/support/database.ts'
import { anOffer } from './an-offer.ts'

export interface CatalogDatabase {
  dataSource: DataSource
  url: string
  close: () => Promise<void>
}

/** A migrated database, entered with the rights that a worker has. */
export async function createCatalogDatabase(): Promise<CatalogDatabase> {
  const database = await createTestDatabase()
  const url = database.applicationUrl
  const dataSource = createDataSource({ url, poolSize: 4, applicationName: 'catalog-test' })
  await dataSource.initialize()
  const close = async (): Promise<void> => {
    await dataSource.destroy()
    await database.drop()
  }
  return { dataSource, url, close }
}

/** Offers as a refresh leaves them. */
export async function putOffers(
  dataSource: DataSource,
  offers: (Parameters<typeof anOffer>[0] & { launchData?: CatalogRecord['launchData'] })[],
): Promise<void> {
  const rows = offers.map(({ launchData = {}, ...given }) => {
    const offer = anOffer(given)
    const record: CatalogRecord = { offer, launchData, upstreamDiskMicrosPerGibHour: 0 }
    return {
      account: offer.account,
      offerKey: offer.key,
      offer: record,
      refreshedAt: new Date(offer.refreshedAt),
    }
  })
  const accounts = [...new Set(rows.map(({ account }) => account))]
  await dataSource.getRepository(ProviderAccountEntity).upsert(
    accounts.map((id) => ({ id, provider: id, status: 'on' as const })),
    ['id'],
  )
  await dataSource.getRepository(OfferEntity).upsert(rows, ['account', 'offerKey'])
}

interface PastLaunch {
  account: string
  offerKey: string
  startedAt: Date
  bootSeconds?: number
  outcome: AttemptOutcome | null
  offer?: object
}

/** A launch attempt on record, with the rental, wallet and person that it needs. */
export async function putLaunch(dataSource: DataSource, launch: PastLaunch): Promise<void> {
  const { account, offerKey, startedAt, outcome, bootSeconds = 60, offer = {} } = launch
  const [user, wallet, rental, attempt] = [newId('user'), newId('wallet'), newId('rental'), newId('attempt')]
  await dataSource.query(`INSERT INTO users (id, handle, display_name) VALUES ($1, $1, 'Somebody')`, [user])
  await dataSource.query('INSERT INTO wallets (id, user_id) VALUES ($1, $2)', [wallet, user])
  await dataSource.query(
    `INSERT INTO rentals (id, user_id, wallet_id, name, phase, offer, provider, account, gpu_model, gpu_count, region,
       price_micros_per_hour, image, disk_gib, ssh_key_ids, ssh_public_keys)
     VALUES ($1, $2, $3, 'pod', 'launching', '{}', $4, $4, 'H100', 1, 'US', 1, 'image', 50, '{}', '{}')`,
    [rental, user, wallet, account],
  )
  await dataSource.query(
    `INSERT INTO launch_attempts
       (id, rental_id, attempt, marker, provider, account, offer_key, offer, price_micros_per_hour, started_at)
     VALUES ($1, $2, 1, $1, $3, $3, $4, $5, 1, $6)`,
    [attempt, rental, account, offerKey, JSON.stringify(offer), startedAt],
  )
  if (outcome === null) return
  await dataSource.query(
    'INSERT INTO launch_outcomes (attempt_id, outcome, finished_at) VALUES ($1, $2, $3)',
    [attempt, outcome, new Date(startedAt.getTime() + bootSeconds * 1000)],
  )
}
