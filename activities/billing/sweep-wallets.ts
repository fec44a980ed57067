import type { DataSource } from 'typeorm'
import type { SweepResult } from './port.ts'

/** A renewal this late is no jitter any more: somebody is down, so settle the wallet without its workflow. */
const LATE_SECONDS = 5
/** Late enough that the workflow itself is in doubt. */
const ORPHAN_SECONDS = 30
/** Starting, booting or ending for longer than this: no meter tells whether its workflow is alive, so it is asked for. */
const LINGERING_SECONDS = 60

/**
 * The safety net under the workflows. Settles each wallet with a late meter, one short transaction apiece, so that meters
 * which share a wallet are charged up to one instant even while nobody renews them; and names live rentals whose
 * workflow is late, was never started, or has no meter that would show it to be late. Settling never moves a meter's own next look, so a missing workflow stays visible.
 */
export async function sweepWallets(dataSource: DataSource, limit: number): Promise<SweepResult> {
  const wallets = await dataSource.query<{ id: string }[]>(
    `SELECT wallet_id AS id FROM rental_segments
     WHERE state <> 'closed' AND next_renewal_at < billing_now() - $1 * interval '1 second'
     GROUP BY wallet_id ORDER BY min(funded_until) LIMIT $2`,
    [LATE_SECONDS, limit],
  )
  for (const { id } of wallets) await dataSource.query('SELECT billing_settle_wallet($1)', [id])
  return { settledWallets: wallets.length, orphans: await findOrphans(dataSource, limit) }
}

async function findOrphans(dataSource: DataSource, limit: number): Promise<SweepResult['orphans']> {
  return dataSource.query(
    `SELECT r.id AS "rentalId",
       CASE WHEN r.workflow_claimed_at IS NULL THEN 'never_claimed'
            WHEN r.phase = 'running' THEN 'renewal_overdue' ELSE 'lingering' END AS reason
     FROM rentals r LEFT JOIN rental_segments s ON s.rental_id = r.id AND s.state <> 'closed'
     WHERE r.phase <> 'ended'
       AND (s.next_renewal_at < billing_now() - $1 * interval '1 second'
            OR (r.workflow_claimed_at IS NULL AND r.requested_at < billing_now() - $1 * interval '1 second')
            OR (r.phase <> 'running'
                AND greatest(r.requested_at, r.launched_at, r.stopped_at) < billing_now() - $3 * interval '1 second'))
     ORDER BY r.phase = 'running' DESC, r.requested_at LIMIT $2`,
    [ORPHAN_SECONDS, limit, LINGERING_SECONDS],
  )
}
