import type { UpstreamOffer } from '@berth/contract/offer'
import type { EntityManager } from 'typeorm'

/** A pod that some attempt of a rental made, with what an estimate of its cost needs. */
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

/** A failed attempt's pod is gone when that was proved, at the latest with its rental; its use ends with the renter's wish. */
const PODS = `
  SELECT attempt.account, outcome.pod_id AS "podId", attempt.offer, rental.disk_gib AS "diskGib",
    attempt.started_at AS "orderedAt", life.gone_at AS "goneAt", clock_timestamp() AS now,
    CASE WHEN outcome.outcome = 'ready' THEN outcome.finished_at END AS "usableAt",
    least(rental.stop_requested_at, rental.stopped_at, segment.ended_at, life.gone_at, clock_timestamp()) AS "usedUntil"
  FROM launch_attempts attempt
  JOIN launch_outcomes outcome ON outcome.attempt_id = attempt.id AND outcome.pod_id IS NOT NULL
  JOIN rentals rental ON rental.id = attempt.rental_id
  LEFT JOIN rental_segments segment ON segment.rental_id = rental.id
  CROSS JOIN LATERAL (
    SELECT coalesce(max(event.at), rental.ended_at) AS gone_at FROM rental_events event
    WHERE event.rental_id = rental.id AND event.kind = 'absence_proved'
      AND (event.data ->> 'attempt')::int = attempt.attempt) life
  WHERE attempt.rental_id = $1
  ORDER BY attempt.attempt`

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
