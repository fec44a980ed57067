import type { UpstreamOffer } from '@berth/contract/offer'
import type { EntityManager } from 'typeorm'
import type { Provider } from '../providers/port.ts'
import { announceOffers } from './announce-offers.ts'
import type { CatalogDeps } from './catalog-deps.ts'
import { readLaunchRecords, readRefusals } from './read-launch-records.ts'
import { isLatest, type RefreshRun } from './refresh-run.ts'
import { toCatalogRecord } from './to-catalog-record.ts'

interface Sighting {
  provider: Provider
  run: RefreshRun
  offers: UpstreamOffer[]
  latencyMs: number
}

/**
 * Replaces the account's offers in one transaction: known ones are updated, new ones added, vanished ones removed.
 * Returns false, having written nothing, when a later refresh has begun.
 */
export async function writeOffers(
  { dataSource, settings, clock }: CatalogDeps,
  { provider, run, offers, latencyMs }: Sighting,
): Promise<boolean> {
  const { account } = run
  const refreshedAt = clock.now()
  return dataSource.transaction(async (manager) => {
    if (!(await isLatest(manager, run))) return false
    const launches = await readLaunchRecords(manager, { account, now: refreshedAt })
    const refusals = await readRefusals(manager, { account, now: refreshedAt })
    const { marginBasisPoints } = settings
    const records = offers.map((offer) => {
      const history = { record: launches.get(offer.key), lastRefusedAt: refusals.get(offer.key) }
      return toCatalogRecord(offer, { provider, marginBasisPoints, refreshedAt, latencyMs, ...history })
    })
    const keys = offers.map(({ key }) => key)
    await replaceOffers(manager, account, keys, records, refreshedAt)
    await manager.query(
      `UPDATE provider_accounts SET last_success_at = $2, latency_ms = $3, updated_at = $2 WHERE id = $1`,
      [account, refreshedAt, latencyMs],
    )
    await announceOffers(manager, account)
    return true
  })
}

async function replaceOffers(
  manager: EntityManager,
  account: string,
  keys: string[],
  records: object[],
  refreshedAt: Date,
): Promise<void> {
  await manager.query(
    `INSERT INTO offers (account, offer_key, offer, refreshed_at)
     SELECT $1, offer_key, offer, $4 FROM unnest($2::text[], $3::jsonb[]) AS listed(offer_key, offer)
     ON CONFLICT (account, offer_key) DO UPDATE SET offer = excluded.offer, refreshed_at = excluded.refreshed_at`,
    [account, keys, records.map((record) => JSON.stringify(record)), refreshedAt],
  )
  await manager.query(
    `DELETE FROM offers WHERE account = $1
     AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS listed(offer_key) WHERE listed.offer_key = offers.offer_key)`,
    [account, keys],
  )
}
