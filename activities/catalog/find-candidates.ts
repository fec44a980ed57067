import { MAX_OFFER_AGE_MS } from '@berth/entities/offer'
import type { CatalogDeps } from './catalog-deps.ts'
import { parseOfferId } from './offer-id.ts'

export interface CandidateSearch {
  /** The offer that the person chose; what replaces it is of its kind, and near it where prices are equal. */
  offerId: string
  gpuKey: string
  gpuCount: number
  /** All-in, the wished disk included. */
  maxPriceMicrosPerHour: number
  /** Offers without room for it are left out; none wished by default. */
  diskGib?: number
  excludeOfferIds: string[]
  limit: number
}

export interface Candidate {
  offerId: string
  account: string
  provider: string
  /** With the wished disk, as `priceWithDisk` has it. */
  priceMicrosPerHour: number
}

/** A refused offer is left alone for so long, though its provider may go on listing it. */
const REFUSAL_COOL_DOWN_MS = 10 * 60_000
const LIMIT_MAX = 50

/**
 * Offers to try when the chosen one is refused: the same GPU and count, never dearer than the cap, a machine that can be
 * interrupted only where one was chosen, nothing refused lately, no blocked host. The cheapest first; of equal price the
 * same region, then the same continent, then the better launch record.
 */
export async function findCandidates(
  { dataSource, clock }: Pick<CatalogDeps, 'dataSource' | 'clock'>,
  search: CandidateSearch,
): Promise<Candidate[]> {
  const { account, offerKey } = parseOfferId(search.offerId)
  const now = clock.now().getTime()
  return dataSource.query(CANDIDATES, [
    account,
    offerKey,
    search.gpuKey,
    search.gpuCount,
    search.maxPriceMicrosPerHour,
    [search.offerId, ...search.excludeOfferIds],
    new Date(now - MAX_OFFER_AGE_MS),
    new Date(now - REFUSAL_COOL_DOWN_MS),
    new Date(now),
    Math.min(search.limit, LIMIT_MAX),
    search.diskGib ?? 0,
  ])
}

/**
 * The chosen offer may have vanished since: then its latest launch attempt tells what it was, and with neither on record
 * only what can't be interrupted is taken. An adapter whose offers are single machines writes the machine's id into
 * `launchData.hostId`.
 */
const CANDIDATES = `
  WITH chosen AS (
    SELECT offer FROM (
      SELECT offer->'offer' AS offer, 'infinity'::timestamptz AS at FROM offers WHERE account = $1 AND offer_key = $2
      UNION ALL
      SELECT offer, started_at FROM launch_attempts WHERE account = $1 AND offer_key = $2
    ) known ORDER BY at DESC LIMIT 1
  ), listed AS (
    SELECT offers.account, offer_key, offers.offer->'offer' AS offer, offers.offer->'launchData'->>'hostId' AS host_id,
      (offers.offer->'offer'->>'priceMicrosPerHour')::float8
        + greatest($11 - (offers.offer->'offer'->'disk'->>'includedGib')::float8, 0)
        * (offers.offer->'offer'->>'diskMicrosPerGibHour')::float8 AS price
    FROM offers JOIN provider_accounts ON provider_accounts.id = offers.account
    WHERE provider_accounts.status = 'on' AND refreshed_at >= $7
      AND offers.offer->'offer'->'gpu'->>'key' = $3 AND (offers.offer->'offer'->>'gpuCount')::int = $4
      AND (offers.offer->'offer'->'disk'->>'maxGib')::float8 >= $11
  )
  SELECT listed.offer->>'id' AS "offerId", listed.account, listed.offer->>'provider' AS provider,
    listed.price AS "priceMicrosPerHour"
  FROM listed LEFT JOIN chosen ON true
  WHERE listed.price <= $5 AND listed.offer->>'id' <> ALL ($6::text[])
    AND (NOT (listed.offer->>'spot')::boolean OR coalesce((chosen.offer->>'spot')::boolean, false))
    AND listed.offer->>'podKind' = coalesce(chosen.offer->>'podKind', listed.offer->>'podKind')
    AND NOT EXISTS (SELECT FROM offer_refusals refusal
      WHERE refusal.account = listed.account AND refusal.offer_key = listed.offer_key AND refusal.at > $8)
    AND NOT EXISTS (SELECT FROM host_blocks block
      WHERE block.account = listed.account AND block.host_id = listed.host_id AND block.until > $9)
  ORDER BY listed.price,
    (listed.offer->'region'->>'code' = chosen.offer->'region'->>'code') DESC NULLS LAST,
    (listed.offer->'region'->>'continent' = chosen.offer->'region'->>'continent') DESC NULLS LAST,
    (listed.offer->>'launchSuccessRate')::float8 DESC NULLS LAST,
    listed.offer->>'id'
  LIMIT $10`
