import { toWire } from '@berth/contract/money'
import type { CostDeviation } from '@berth/contract/reconciliation'
import type { ReconciledProvider, ReconciledRental } from '@berth/contract/schemas/reconciliation'

/** Sums come as decimal strings. */
export interface RentalRow {
  id: string
  name: string
  account: string
  provider_name: string
  ended_at: Date | null
  charged: string
  upstream_cost: string
  pods: number
  billed_pods: number
  estimate: string
  difference: string | null
  deviation: CostDeviation | null
  unanswered: number
  words: string | null
  reconciled_at: Date
  place: number
}

/** $1: ended no earlier. $2: which. $3, $4: behind this place. $5: so many. */
export const RENTALS = `
  WITH costs AS (
    SELECT rental_id, count(*)::int AS pods, count(bill)::int AS billed_pods, sum(estimate) AS estimate,
      sum(bill - estimate) AS difference, min(deviation) AS deviation,
      (count(*) FILTER (WHERE answer = 'unanswered'))::int AS unanswered, max(words) AS words,
      max(reconciled_at) AS reconciled_at,
      CASE WHEN count(deviation) > 0 THEN 2 WHEN bool_or(answer = 'unanswered') THEN 1 ELSE 0 END AS place
    FROM pod_costs GROUP BY rental_id)
  SELECT costs.*, rental.id, rental.name, rental.account, coalesce(account.display_name, rental.provider) AS provider_name,
    rental.ended_at, booked.charged, booked.upstream_cost
  FROM costs
  JOIN rentals rental ON rental.id = costs.rental_id
  LEFT JOIN provider_accounts account ON account.id = rental.account
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE entry.account IN ('revenue', 'write_off')), 0) AS charged,
      coalesce(-sum(amount) FILTER (WHERE entry.account = 'upstream_cost'), 0) AS upstream_cost
    FROM ledger_transactions movement JOIN ledger_entries entry ON entry.transaction_id = movement.id
    WHERE movement.rental_id = rental.id) booked
  WHERE (rental.ended_at IS NULL OR rental.ended_at >= $1) AND ($2 = 'all' OR place > 0)
    AND ($3::int IS NULL OR (place, rental.id) < ($3, $4::text))
  ORDER BY place DESC, rental.id DESC LIMIT $5`

export const reconciledRental = (row: RentalRow): ReconciledRental => ({
  rentalId: row.id,
  name: row.name,
  account: row.account,
  providerName: row.provider_name,
  endedAt: row.ended_at?.toISOString() ?? null,
  chargedMicros: toWire(BigInt(row.charged)),
  upstreamCostMicros: toWire(BigInt(row.upstream_cost)),
  marginMicros: toWire(BigInt(row.charged) - BigInt(row.upstream_cost)),
  source: row.billed_pods === 0 ? 'estimate' : row.billed_pods === row.pods ? 'bill' : 'mixed',
  estimateMicros: toWire(BigInt(row.estimate)),
  differenceMicros: row.difference === null ? null : toWire(BigInt(row.difference)),
  deviation: row.deviation,
  unanswered: row.unanswered,
  words: row.words,
  reconciledAt: row.reconciled_at.toISOString(),
})

export interface ProviderRow {
  account: string
  display_name: string
  pods: number
  charged: string
  billed: string
  estimated: string
  difference: string
  flagged: number
  unanswered: number
}

/** Costs by the account that each pod was at, charges by the one that its rental ended up at. */
export const PROVIDERS = `
  WITH recent AS (
    SELECT id, account, provider FROM rentals
    WHERE (ended_at IS NULL OR ended_at >= $1) AND id IN (SELECT rental_id FROM pod_costs)),
  costs AS (
    SELECT account, count(*)::int AS pods, coalesce(sum(bill), 0) AS billed,
      coalesce(sum(estimate) FILTER (WHERE bill IS NULL), 0) AS estimated,
      coalesce(sum(bill - estimate), 0) AS difference, count(deviation)::int AS flagged,
      (count(*) FILTER (WHERE answer = 'unanswered'))::int AS unanswered
    FROM pod_costs WHERE rental_id IN (SELECT id FROM recent) GROUP BY account),
  charges AS (
    SELECT recent.account, sum(entry.amount) AS charged
    FROM recent
    JOIN ledger_transactions movement ON movement.rental_id = recent.id
    JOIN ledger_entries entry ON entry.transaction_id = movement.id AND entry.account IN ('revenue', 'write_off')
    GROUP BY recent.account)
  SELECT account, coalesce(known.display_name, account) AS display_name, coalesce(pods, 0) AS pods,
    coalesce(charged, 0) AS charged, coalesce(billed, 0) AS billed, coalesce(estimated, 0) AS estimated,
    coalesce(difference, 0) AS difference, coalesce(flagged, 0) AS flagged, coalesce(unanswered, 0) AS unanswered
  FROM costs FULL JOIN charges USING (account) LEFT JOIN provider_accounts known ON known.id = account
  ORDER BY charged DESC NULLS LAST, account`

export const reconciledProvider = (row: ProviderRow): ReconciledProvider => {
  const cost = BigInt(row.billed) + BigInt(row.estimated)
  return {
    account: row.account,
    displayName: row.display_name,
    pods: row.pods,
    chargedMicros: toWire(BigInt(row.charged)),
    billedMicros: toWire(BigInt(row.billed)),
    estimatedMicros: toWire(BigInt(row.estimated)),
    marginMicros: toWire(BigInt(row.charged) - cost),
    differenceMicros: toWire(BigInt(row.difference)),
    flagged: row.flagged,
    unanswered: row.unanswered,
  }
}
