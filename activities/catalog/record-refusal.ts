import { announceOffers, lockAccount } from './announce-offers.ts'
import type { CatalogDeps } from './catalog-deps.ts'
import { parseOfferId } from './offer-id.ts'

const REASON_LENGTH_MAX = 1_000

/**
 * An offer was listed, yet its provider refused to launch it. Shown in the market at once, and remembered past the next
 * refresh, because providers go on listing what they refuse. Safe to repeat: the last refusal is what counts.
 */
export async function recordRefusal(
  { dataSource, clock }: Pick<CatalogDeps, 'dataSource' | 'clock'>,
  { offerId, reason }: { offerId: string; reason: string },
): Promise<void> {
  const { account, offerKey } = parseOfferId(offerId)
  const at = clock.now()
  await dataSource.transaction(async (manager) => {
    await lockAccount(manager, account)
    await manager.query(
      `INSERT INTO offer_refusals (account, offer_key, at, reason) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [account, offerKey, at, reason.slice(0, REASON_LENGTH_MAX)],
    )
    await manager.query(
      `UPDATE offers SET offer = jsonb_set(offer, '{offer,lastRefusedAt}', to_jsonb($3::text))
       WHERE account = $1 AND offer_key = $2`,
      [account, offerKey, at.toISOString()],
    )
    await announceOffers(manager, account)
  })
}
