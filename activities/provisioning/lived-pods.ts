import type { UpstreamOffer } from '@berth/contract/offer'
import type { EntityManager } from 'typeorm'

/** A pod that some attempt of a rental made, known or seen by its marker alone, with what an estimate of its cost needs. */
export interface LivedPod {
  account: string
  podId: string
  /** What its provider charges, a larger disk included. */
  upstreamMicrosPerHour: number
  /** Its whole life: from the order until its absence was proved. Null while it may be alive. */
  orderedAt: Date
  goneAt: Date | null
  /** The stretch in which it certainly was in use; null where it never became usable. */
  usableAt: Date | null
  usedUntil: Date
  now: Date
}

/**
 * A failed attempt's pod is gone when that was proved, at the latest with its rental; one that the fleet watch saw alive
 * later, when it was last seen. Its use ends with the renter's wish.
 */
const PODS = `
  WITH made AS (
    SELECT attempt.*, outcome.pod_id, CASE WHEN outcome.outcome = 'ready' THEN outcome.finished_at END AS usable_at
    FROM launch_attempts attempt JOIN launch_outcomes outcome ON outcome.attempt_id = attempt.id
    WHERE attempt.rental_id = $1 AND outcome.pod_id IS NOT NULL
    UNION ALL
    SELECT attempt.*, sighting.pod_id, NULL
    FROM launch_attempts attempt JOIN pod_sightings sighting ON (sighting.account, sighting.marker) = (attempt.account, attempt.marker)
    WHERE attempt.rental_id = $1 AND NOT EXISTS (
      SELECT FROM launch_outcomes outcome WHERE outcome.attempt_id = attempt.id AND outcome.pod_id = sighting.pod_id))
  SELECT made.account, made.pod_id AS "podId", made.offer, rental.disk_gib AS "diskGib", made.started_at AS "orderedAt",
    life.gone_at AS "goneAt", clock_timestamp() AS now, made.usable_at AS "usableAt",
    least(rental.stop_requested_at, rental.stopped_at, segment.ended_at, life.gone_at, clock_timestamp()) AS "usedUntil"
  FROM made
  JOIN rentals rental ON rental.id = made.rental_id
  LEFT JOIN rental_segments segment ON segment.rental_id = rental.id
  LEFT JOIN pod_sightings seen ON seen.account = made.account AND seen.pod_id = made.pod_id
  CROSS JOIN LATERAL (
    SELECT coalesce(max(event.at), rental.ended_at) AS proved_at FROM rental_events event
    WHERE event.rental_id = rental.id AND event.kind = 'absence_proved'
      AND (event.data ->> 'attempt')::int = made.attempt) proof
  CROSS JOIN LATERAL (
    SELECT CASE WHEN proof.proved_at IS NOT NULL THEN greatest(proof.proved_at, seen.last_alive_at) END AS gone_at) life
  ORDER BY made.attempt, made.pod_id`

type PodRow = Omit<LivedPod, 'upstreamMicrosPerHour'> & { offer: UpstreamOffer; diskGib: number }

/** Every pod that this rental ever had, in the order they were asked for. */
export async function livedPods(on: Pick<EntityManager, 'query'>, rentalId: string): Promise<LivedPod[]> {
  const rows = await on.query<PodRow[]>(PODS, [rentalId])
  return rows.map(({ offer, diskGib, ...pod }) => ({
    ...pod,
    upstreamMicrosPerHour: upstreamPriceFor(offer, diskGib),
  }))
}

/** What of the disk goes beyond the included one is paid for by the GiB. */
function upstreamPriceFor(offer: UpstreamOffer, diskGib: number): number {
  const moreGib = Math.max(diskGib - offer.disk.includedGib, 0)
  return offer.upstreamMicrosPerHour + moreGib * offer.upstreamDiskMicrosPerGibHour
}
