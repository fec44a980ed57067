import { announceOffers, lockAccount } from './announce-offers.ts'
import type { CatalogDeps } from './catalog-deps.ts'
import { parseOfferId } from './offer-id.ts'
import { readLaunchRecords } from './read-launch-records.ts'

/**
 * Puts an offer's launch success rate and median boot time right, from the attempts on record. To be called after an
 * attempt's outcome is written; nothing is counted twice however often it is called.
 */
export async function recordLaunchOutcome(
  { dataSource, clock }: Pick<CatalogDeps, 'dataSource' | 'clock'>,
  { offerId }: { offerId: string },
): Promise<void> {
  const { account, offerKey } = parseOfferId(offerId)
  await dataSource.transaction(async (manager) => {
    await lockAccount(manager, account)
    const records = await readLaunchRecords(manager, { account, offerKey, now: clock.now() })
    const record = records.get(offerKey)
    const shown = {
      launchSuccessRate: record?.successRate ?? null,
      medianBootSeconds: record?.medianBootSeconds ?? null,
    }
    await manager.query(
      `UPDATE offers SET offer = jsonb_set(offer, '{offer}', offer->'offer' || $3::jsonb)
       WHERE account = $1 AND offer_key = $2`,
      [account, offerKey, JSON.stringify(shown)],
    )
    await announceOffers(manager, account)
  })
}
