import type { Billing } from '@berth/activities/billing/port'
import { DEFAULT_CHARGING, type ChargingTerms } from '@berth/contract/charging'
import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import type { Offer } from '@berth/contract/offer'
import { PodEnvironmentEntity } from '@berth/entities/pod-environment'
import { RentalEntity } from '@berth/entities/rental'
import { sealSecret } from '@berth/entities/seal-secret'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'
import { WORKER_ENVIRONMENT } from './worker-environment.ts'

/** A valid public key; whoever needs to log in makes a pair of their own. */
const SOME_PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl somebody'

/** What the worker opens sealed environments with. */
export const SEALING_KEYS = [WORKER_ENVIRONMENT.SECRETS_KEY]

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
  image?: string
  /** By the hold unless said otherwise. */
  charging?: ChargingTerms
  env?: Record<string, string>
  ports?: number[]
}

type TopUp = (person: Person, amountMicros: bigint) => Promise<void>

/** Credits a wallet as a payment that has come in does. */
export const creditor =
  (billing: Billing) =>
  async ({ walletId }: Person, amountMicros: bigint): Promise<void> => {
    const idempotencyKey = `test:${newId('topUp')}`
    await billing.post({ walletId, amountMicros, kind: 'top_up', idempotencyKey, reference: 'test' })
  }

/** Somebody with a wallet of this much. */
export async function createPerson(
  dataSource: DataSource,
  topUp: TopUp,
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

/** Writes what the API writes before it starts the workflow; answers the rental's id. */
export async function requestRental(
  dataSource: DataSource,
  { person, offer, ...wish }: RentOptions,
): Promise<string> {
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
    image: wish.image ?? 'berth/ubuntu:24.04',
    diskGib: offer.disk.includedGib,
    sshKeyIds: [newId('sshKey')],
    sshPublicKeys: [SOME_PUBLIC_KEY],
    envNames: Object.keys(wish.env ?? {}),
    ports: wish.ports ?? [],
    failover: cap !== undefined,
    maxPriceMicrosPerHour: cap === undefined ? null : micros(cap),
    durationSeconds: wish.durationSeconds ?? null,
    spendLimitMicros: wish.spendLimitMicros === undefined ? null : micros(wish.spendLimitMicros),
    charging: wish.charging ?? DEFAULT_CHARGING,
  })
  if (wish.env) {
    const sealed = sealSecret(JSON.stringify(wish.env), { keys: SEALING_KEYS, label: id })
    await dataSource.manager.insert(PodEnvironmentEntity, { rentalId: id, sealed })
  }
  return id
}
