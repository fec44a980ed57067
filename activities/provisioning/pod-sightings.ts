import { PodSightingEntity } from '@berth/entities/pod-sighting'
import type { DataSource, EntityManager } from 'typeorm'
import type { Instance } from '../providers/port.ts'

/** States in which a pod still serves its renter, or may: the last such look is where a meter may end. */
const ALIVE = ['provisioning', 'running', 'stopping', 'unknown']
/** States in which a pod is lost to its renter. */
const LOST = ['gone', 'interrupted', 'failed', 'stopped']
/** Old sightings of pods long gone are of no use to anyone. */
const KEEP_GONE = '7 days'

export async function databaseNow(dataSource: DataSource): Promise<Date> {
  const [row]: { now: Date }[] = await dataSource.query('SELECT clock_timestamp() AS now')
  return row?.now ?? new Date()
}

/**
 * Stores one look at the whole account. The instant is taken before the list call, so that "last seen alive"
 * never lies in the renter's disfavour.
 */
export function record(
  dataSource: DataSource,
  account: string,
  owned: Instance[],
  observedAt: Date,
): Promise<void> {
  return dataSource.transaction(async (manager) => {
    for (const { id, marker, state, rawStatus } of owned) {
      if (marker === null) continue
      await manager.query(
        `INSERT INTO pod_sightings (account, pod_id, marker, state, raw_status, last_alive_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (account, pod_id) DO UPDATE SET
           -- Why: an unknown word is no news; the last state we understood stays.
           state = CASE WHEN $4 = 'unknown' THEN pod_sightings.state ELSE $4 END,
           raw_status = $5, seen_at = $6, missed = 0,
           last_alive_at = CASE WHEN $4 = ANY ($7) THEN $6 ELSE pod_sightings.last_alive_at END`,
        [account, id, marker, state, rawStatus, observedAt, ALIVE],
      )
    }
    await expectRunning(manager, account)
    await manager.query(
      `UPDATE pod_sightings SET missed = missed + 1 WHERE account = $1 AND seen_at < $2 AND state <> 'gone'`,
      [account, observedAt],
    )
    await manager.query(
      `DELETE FROM pod_sightings WHERE account = $1 AND state = 'gone' AND seen_at < $2::timestamptz - $3::interval`,
      [account, observedAt, KEEP_GONE],
    )
  })
}

/** A pod that runs was alive when it was proved usable: one that vanishes before its first look is missed all the same. */
const expectRunning = (manager: EntityManager, account: string): Promise<unknown> =>
  manager.query(
    `INSERT INTO pod_sightings (account, pod_id, marker, state, raw_status, last_alive_at, seen_at)
     SELECT account, pod_id, pod_marker, 'running', 'not listed yet', ready_at, ready_at FROM rentals
     WHERE account = $1 AND phase = 'running' AND pod_id IS NOT NULL AND pod_marker IS NOT NULL AND ready_at IS NOT NULL
     ON CONFLICT (account, pod_id) DO NOTHING`,
    [account],
  )

/** Pods that the list has not had for so many looks. */
export const missing = (
  dataSource: DataSource,
  account: string,
  observedAt: Date,
  looks: number,
): Promise<{ podId: string }[]> =>
  dataSource.query(
    `SELECT pod_id AS "podId" FROM pod_sightings WHERE account = $1 AND seen_at < $2 AND state <> 'gone' AND missed >= $3`,
    [account, observedAt, looks],
  )

/** What asking for the pod itself said. `aliveAt` null keeps the last instant seen alive. */
export async function correct(
  dataSource: DataSource,
  account: string,
  { id, state, rawStatus }: Instance,
  aliveAt: Date | null,
): Promise<void> {
  await dataSource.manager.update(
    PodSightingEntity,
    { account, podId: id },
    {
      ...(state === 'unknown' ? {} : { state }),
      rawStatus,
      ...(aliveAt ? { lastAliveAt: aliveAt, missed: 0 } : {}),
    },
  )
}

export interface Untold {
  rentalId: string
  podId: string
  state: string
  rawStatus: string
  lastAliveAt: Date
}

/**
 * Changes that the rental which uses the pod has not heard of. A loss is told for as long as the rental runs on: its
 * workflow may have been lost, with its store, between hearing of it and acting.
 */
export const untold = (dataSource: DataSource, account: string): Promise<Untold[]> =>
  dataSource.query(
    `SELECT rental.id AS "rentalId", sighting.pod_id AS "podId", sighting.state, sighting.raw_status AS "rawStatus",
            sighting.last_alive_at AS "lastAliveAt"
     FROM pod_sightings sighting
     JOIN rentals rental ON rental.account = sighting.account AND rental.pod_id = sighting.pod_id
     WHERE sighting.account = $1 AND rental.phase = 'running'
       AND (sighting.state IS DISTINCT FROM sighting.told_state OR sighting.state = ANY ($2))`,
    [account, LOST],
  )

export async function markTold(
  dataSource: DataSource,
  account: string,
  podId: string,
  state: string,
): Promise<void> {
  await dataSource.manager.update(PodSightingEntity, { account, podId }, { toldState: state })
}

/**
 * Counts one more look for each living pod that no rental wants, forgets the count of the others, and answers
 * the unwanted. While a rental is launching or stopping, its own workflow answers for all its pods; from the creation of
 * its pod on it wants that one, and any other is left over from a create whose answer was lost.
 */
export function countUnwanted(
  dataSource: DataSource,
  account: string,
): Promise<{ podId: string; marker: string; looks: number }[]> {
  return dataSource.transaction(async (manager) => {
    await manager.query(
      `UPDATE pod_sightings sighting SET unwanted = CASE WHEN wanted.it THEN 0 ELSE unwanted + 1 END
       FROM (
         SELECT s.pod_id, CASE
             WHEN rental.phase = 'ended' THEN false
             WHEN rental.phase IN ('verifying', 'running') THEN coalesce(rental.pod_id = s.pod_id, true)
             ELSE true END AS it
         FROM pod_sightings s
         JOIN launch_attempts attempt ON attempt.marker = s.marker
         JOIN rentals rental ON rental.id = attempt.rental_id
         WHERE s.account = $1 AND s.missed = 0 AND s.state NOT IN ('gone', 'terminating')
       ) wanted
       WHERE sighting.account = $1 AND sighting.pod_id = wanted.pod_id`,
      [account],
    )
    return manager.query(
      `SELECT pod_id AS "podId", marker, unwanted AS looks FROM pod_sightings
       WHERE account = $1 AND unwanted > 0 AND missed = 0 AND state NOT IN ('gone', 'terminating')`,
      [account],
    )
  })
}
