import { weSay, type Cause } from '@berth/contract/causes'
import { invariant } from '@berth/contract/errors'
import { newId } from '@berth/contract/ids'
import { micros, toWire } from '@berth/contract/money'
import { priceWithDisk, type Offer, type UpstreamOffer } from '@berth/contract/offer'
import { LaunchAttemptEntity, type LaunchAttempt } from '@berth/entities/launch-attempt'
import type { DataSource, EntityManager } from 'typeorm'
import { hostOfOffer, whyBlocked } from './bad-hosts.ts'
import { findRental } from './find-rental.ts'
import { markerOf } from '../providers/marker.ts'
import type { Provider } from '../providers/port.ts'
import type { OpenAttempt, OpenAttemptAnswer } from './types.ts'

/** What the catalog knows of an offer that can be launched now. */
export interface LaunchableOffer {
  account: string
  offer: UpstreamOffer
  /** As the market shows it, with our margin. */
  listed: Offer
  status: 'on' | 'drain' | 'off'
}
export type LoadOffer = (offerId: string) => Promise<LaunchableOffer | null>

export interface OpenAttemptInput {
  rentalId: string
  /** 1, 2, …: with the rental id the key of the attempt, so that a repeated call answers the same record. */
  attempt: number
  offerId: string
  maxPriceMicrosPerHour: number
}

interface Deps {
  dataSource: DataSource
  providers: ReadonlyMap<string, Provider>
  loadOffer: LoadOffer
}

/** Writes the intent to launch before the provider hears of it: what a lost answer is resolved from. */
export async function openAttempt(deps: Deps, input: OpenAttemptInput): Promise<OpenAttemptAnswer> {
  const { dataSource, providers } = deps
  const existing = await dataSource.manager.findOneBy(LaunchAttemptEntity, {
    rentalId: input.rentalId,
    attempt: input.attempt,
  })
  const found = existing ?? (await intend(deps, input))
  if ('ok' in found) return found
  const provider = providers.get(found.account)
  invariant(
    provider,
    `attempt ${found.id} names the account ${found.account}, which this worker does not serve`,
  )
  return { ok: true, attempt: openAttemptOf(found, provider) }
}

async function intend(
  { dataSource, providers, loadOffer }: Deps,
  { rentalId, attempt, offerId, maxPriceMicrosPerHour }: OpenAttemptInput,
): Promise<LaunchAttempt | Refused> {
  const loaded = await loadOffer(offerId)
  if (!loaded) return refused('offer_gone', { code: 'offer_gone', data: {} })
  const provider = providers.get(loaded.account)
  if (!provider || loaded.status !== 'on') {
    const name = provider?.displayName ?? loaded.account
    return refused('provider_off', { code: 'provider_off', data: { provider: name } })
  }
  const blocked = await hostTrouble(dataSource.manager, loaded, rentalId)
  if (blocked !== null) {
    const data = { provider: provider.displayName, words: blocked }
    return refused('host_blocked', { code: 'host_blocked', data })
  }
  const { diskGib } = await findRental(dataSource.manager, rentalId)
  const price = priceWithDisk(loaded.listed, diskGib)
  if (price > maxPriceMicrosPerHour) {
    return refused('too_dear', { code: 'price_risen', data: { provider: provider.displayName } })
  }
  const row: LaunchAttempt = {
    id: newId('attempt'),
    rentalId,
    attempt,
    marker: markerOf(rentalId, attempt),
    provider: provider.name,
    account: loaded.account,
    offerKey: loaded.offer.key,
    offer: loaded.offer,
    priceMicrosPerHour: micros(price),
    startedAt: new Date(),
  }
  const { startedAt: _databaseClock, ...values } = row
  await dataSource.createQueryBuilder().insert().into(LaunchAttemptEntity).values(values).orIgnore().execute()
  return dataSource.manager.findOneByOrFail(LaunchAttemptEntity, { rentalId, attempt })
}

type Refused = Extract<OpenAttemptAnswer, { ok: false }>
const refused = (reason: Refused['reason'], cause: Cause): Refused => ({ ok: false, reason, ...weSay(cause) })

async function hostTrouble(
  manager: EntityManager,
  { account, offer }: LaunchableOffer,
  rentalId: string,
): Promise<string | null> {
  const hostId = hostOfOffer(offer)
  return hostId === null ? null : whyBlocked(manager, { account, hostId, rentalId })
}

/** What the workflow carries of an attempt. */
export function openAttemptOf(row: LaunchAttempt, { capabilities, displayName }: Provider): OpenAttempt {
  return {
    attemptId: row.id,
    attempt: row.attempt,
    marker: row.marker,
    account: row.account,
    provider: displayName,
    offerId: `${row.account}:${row.offerKey}`,
    priceMicrosPerHour: toWire(row.priceMicrosPerHour),
    bootBudgetSeconds: capabilities.bootBudgetSeconds,
    teardownSeconds: capabilities.teardownSeconds,
    listLagSeconds: capabilities.listLagSeconds,
  }
}
