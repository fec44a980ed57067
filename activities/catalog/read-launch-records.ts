import type { EntityManager } from 'typeorm'

/** How our own recent launches of one offer went. */
export interface LaunchRecord {
  /** Share that became usable, 0…1. */
  successRate: number
  medianBootSeconds: number | null
}

const RECENT_DAYS = 7
const REFUSALS_REMEMBERED_HOURS = 24

/**
 * By offer key, derived from the launch attempts themselves. A launch that its renter called off, or that failed for a
 * reason of ours (funds, key, quota, a bad request), says nothing about the offer and is not counted.
 */
export async function readLaunchRecords(
  manager: EntityManager,
  { account, offerKey = null, now }: { account: string; offerKey?: string | null; now: Date },
): Promise<Map<string, LaunchRecord>> {
  const rows: { offer_key: string; success_rate: number; boot_seconds: number | null }[] =
    await manager.query(
      `SELECT attempt.offer_key,
         count(*) FILTER (WHERE outcome = 'ready')::float8 / count(*) AS success_rate,
         round(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - attempt.started_at)::float8)
           FILTER (WHERE outcome = 'ready'))::int AS boot_seconds
       FROM launch_attempts attempt JOIN launch_outcomes ON attempt_id = attempt.id
       WHERE attempt.account = $1 AND ($2::text IS NULL OR attempt.offer_key = $2)
         AND attempt.started_at > $3::timestamptz - make_interval(days => $4)
         AND outcome IN ('ready', 'no_capacity', 'boot_timeout', 'verification_failed', 'failed')
       GROUP BY attempt.offer_key`,
      [account, offerKey, now, RECENT_DAYS],
    )
  return new Map(
    rows.map((row) => [
      row.offer_key,
      { successRate: row.success_rate, medianBootSeconds: row.boot_seconds },
    ]),
  )
}

/** When each offer of the account was last refused within a day, by offer key. */
export async function readRefusals(
  manager: EntityManager,
  { account, now }: { account: string; now: Date },
): Promise<Map<string, Date>> {
  const rows: { offer_key: string; at: Date }[] = await manager.query(
    `SELECT offer_key, max(at) AS at FROM offer_refusals
     WHERE account = $1 AND at > $2::timestamptz - make_interval(hours => $3) GROUP BY offer_key`,
    [account, now, REFUSALS_REMEMBERED_HOURS],
  )
  return new Map(rows.map((row) => [row.offer_key, row.at]))
}
