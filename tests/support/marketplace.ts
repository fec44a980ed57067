import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBilling } from '@berth/activities/billing/billing'
import type { Billing } from '@berth/activities/billing/port'
import { refreshOffers } from '@berth/activities/catalog/refresh-offers'
import type { Provider } from '@berth/activities/providers/port'
import { createRunPodProvider } from '@berth/activities/providers/runpod/adapter'
import type { Offer } from '@berth/contract/offer'
import { createDataSource } from '@berth/entities/data-source'
import { OfferEntity } from '@berth/entities/offer'
import { RentalEntity, type Rental } from '@berth/entities/rental'
import { RentalEventEntity, type RentalEvent } from '@berth/entities/rental-event'
import { WalletEntity, type Wallet } from '@berth/entities/wallet'
import { startRunPodEmulator, type StartedRunPodEmulator } from '@berth/upstreams/runpod/start'
import type { DataSource } from 'typeorm'
import type { TestDatabase } from './copy-template.ts'
import { createTestDatabase } from './database.ts'
import { createPerson, creditor, requestRental, type Person, type RentOptions } from './renting.ts'

/** A market with one emulated RunPod account over a database of its own: real SQL, the real adapter, faults at the wire. */
export interface Marketplace {
  database: TestDatabase
  dataSource: DataSource
  billing: Billing
  provider: Provider
  providers: ReadonlyMap<string, Provider>
  runpod: StartedRunPodEmulator
  verificationKeyFile: string
  /** Somebody with a wallet of this much. */
  person(balanceMicros: bigint): Promise<Person>
  topUp(person: Person, amountMicros: bigint): Promise<void>
  wallet(person: Person): Promise<Wallet>
  /** What the market sells now, cheapest first. */
  offers(): Promise<Offer[]>
  /** Writes what the API writes before it starts the workflow. */
  request(options: RentOptions): Promise<string>
  rental(id: string): Promise<Rental>
  events(id: string): Promise<RentalEvent[]>
  close(): Promise<void>
}

export interface MarketplaceOptions {
  bootMs?: number
  /** Other accounts in the same market. */
  alongside?: Provider[]
}

export async function openMarketplace(options: MarketplaceOptions = {}): Promise<Marketplace> {
  const database = await createTestDatabase()
  const dataSource = createDataSource({
    url: database.applicationUrl,
    poolSize: 12,
    applicationName: 'berth-test',
  })
  await dataSource.initialize()
  const billing = createBilling({ dataSource })
  const folder = await mkdtemp(join(tmpdir(), 'berth-market-'))
  const runpod = await startRunPodEmulator({
    bootMs: options.bootMs ?? 0,
    rateLimits: { minute: 100_000, hour: 1_000_000, day: 10_000_000 },
  })
  const provider = createRunPodProvider({
    apiKey: runpod.apiKey,
    baseUrl: runpod.baseUrl,
    requestsPerMinute: 10_000,
    report: () => {},
  })
  const accounts = [provider, ...(options.alongside ?? [])]
  const providers = new Map(accounts.map((each) => [each.account, each]))
  const topUp = creditor(billing)
  return {
    database,
    dataSource,
    billing,
    provider,
    providers,
    runpod,
    verificationKeyFile: join(folder, 'verification-key'),
    topUp,
    person: (balance) => createPerson(dataSource, topUp, balance),
    wallet: ({ walletId }) => dataSource.manager.findOneByOrFail(WalletEntity, { id: walletId }),
    offers: () => refreshedOffers(dataSource, providers),
    request: (wish) => requestRental(dataSource, wish),
    rental: (id) => dataSource.manager.findOneByOrFail(RentalEntity, { id }),
    events: (id) =>
      dataSource.manager.find(RentalEventEntity, { where: { rentalId: id }, order: { id: 'ASC' } }),
    async close() {
      await provider.close()
      await dataSource.destroy()
      await runpod.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

async function refreshedOffers(
  dataSource: DataSource,
  providers: ReadonlyMap<string, Provider>,
): Promise<Offer[]> {
  const deps = {
    dataSource,
    providers,
    settings: { marginBasisPoints: 1_000 },
    clock: { now: () => new Date() },
  }
  for (const account of providers.keys()) await refreshOffers(deps, { account }, AbortSignal.timeout(30_000))
  const stored = await dataSource.manager.find(OfferEntity)
  return stored.map(({ offer }) => offer.offer).sort((a, b) => a.priceMicrosPerHour - b.priceMicrosPerHour)
}
