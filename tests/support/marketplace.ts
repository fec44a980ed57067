import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBilling } from '@berth/activities/billing/billing'
import type { Billing } from '@berth/activities/billing/port'
import { refreshOffers } from '@berth/activities/catalog/refresh-offers'
import type { Provider } from '@berth/activities/providers/port'
import { createRunPodProvider } from '@berth/activities/providers/runpod/adapter'
import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import type { Offer } from '@berth/contract/offer'
import { createDataSource } from '@berth/entities/data-source'
import { OfferEntity } from '@berth/entities/offer'
import { RentalEntity, type Rental } from '@berth/entities/rental'
import { RentalEventEntity, type RentalEvent } from '@berth/entities/rental-event'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity, type Wallet } from '@berth/entities/wallet'
import { startRunPodEmulator, type StartedRunPodEmulator } from '@berth/upstreams/runpod/start'
import type { DataSource } from 'typeorm'
import { createTestDatabase, type TestDatabase } from './database.ts'

/** A valid public key; whoever needs to log in makes a pair of their own. */
const SOME_PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl somebody'

export interface Person {
  userId: string
  walletId: string
}

export interface RentOptions {
  person: Person
  offer: Offer
  durationSeconds?: number
  spendLimitMicros?: bigint
  failoverMaxPriceMicrosPerHour?: number
}

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

export async function openMarketplace(options: { bootMs?: number } = {}): Promise<Marketplace> {
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
  const providers = new Map([[provider.account, provider]])
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
    request: (wish) => request(dataSource, wish),
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

const creditor =
  (billing: Billing) =>
  async ({ walletId }: Person, amountMicros: bigint): Promise<void> => {
    const idempotencyKey = `test:${newId('topUp')}`
    await billing.post({ walletId, amountMicros, kind: 'top_up', idempotencyKey, reference: 'test' })
  }

async function createPerson(
  dataSource: DataSource,
  topUp: Marketplace['topUp'],
  balanceMicros: bigint,
): Promise<Person> {
  const person = { userId: newId('user'), walletId: newId('wallet') }
  await dataSource.manager.insert(UserEntity, {
    id: person.userId,
    handle: `person-${person.userId.slice(-6).toLowerCase()}`,
    displayName: 'A person',
  })
  await dataSource.manager.insert(WalletEntity, { id: person.walletId, userId: person.userId })
  if (balanceMicros > 0n) await topUp(person, balanceMicros)
  return person
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

async function request(dataSource: DataSource, { person, offer, ...wish }: RentOptions): Promise<string> {
  const id = newId('rental')
  const cap = wish.failoverMaxPriceMicrosPerHour
  await dataSource.manager.insert(RentalEntity, {
    id,
    ...person,
    name: 'test pod',
    phase: 'reserving',
    offer,
    provider: offer.provider,
    account: offer.account,
    gpuModel: offer.gpu.model,
    gpuCount: offer.gpuCount,
    region: offer.region.code,
    priceMicrosPerHour: micros(offer.priceMicrosPerHour),
    image: 'berth/ubuntu:24.04',
    diskGib: offer.disk.includedGib,
    sshKeyIds: [newId('sshKey')],
    sshPublicKeys: [SOME_PUBLIC_KEY],
    failover: cap !== undefined,
    maxPriceMicrosPerHour: cap === undefined ? null : micros(cap),
    durationSeconds: wish.durationSeconds ?? null,
    spendLimitMicros: wish.spendLimitMicros === undefined ? null : micros(wish.spendLimitMicros),
  })
  return id
}
