import { isPresetImage } from '@berth/contract/image-presets'
import type { UpstreamOffer } from '@berth/contract/offer'
import type { AttemptOutcome } from '@berth/contract/rental-status'
import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import { RentalEntity } from '@berth/entities/rental'
import type { EntityManager } from 'typeorm'

/** A host that failed once may have been unlucky; for this long nobody is sent there again. */
const BLOCK_HOURS = 6

/** Outcomes that say something about the machine. */
const BAD: readonly AttemptOutcome[] = ['boot_timeout', 'verification_failed']

/** The machine an offer stands for, where its adapter sells single machines; null where the provider chooses. */
export function hostOfOffer({ launchData }: Pick<UpstreamOffer, 'launchData'>): string | null {
  const hostId = launchData['hostId']
  return typeof hostId === 'string' ? hostId : null
}

/**
 * Remembers a host that proved bad, for everybody who rents after. An image that its renter brought may fail on any
 * host, on purpose too: it keeps only that renter away from the host (see `whyBlocked`), so that nobody can close a
 * competitor's machines.
 */
export async function blockHost(
  manager: EntityManager,
  failed: { attemptId: string; outcome: AttemptOutcome; words: string | null; hostId: string | null },
): Promise<void> {
  const { attemptId, outcome, words, hostId } = failed
  if (hostId === null || !BAD.includes(outcome)) return
  const { account, rentalId } = await manager.findOneByOrFail(LaunchAttemptEntity, { id: attemptId })
  const { image } = await manager.findOneByOrFail(RentalEntity, { id: rentalId })
  if (!isPresetImage(image)) return
  await manager.query(
    `INSERT INTO host_blocks (account, host_id, reason, until)
     VALUES ($1, $2, $3, clock_timestamp() + make_interval(hours => $4))
     ON CONFLICT (account, host_id) DO UPDATE SET reason = excluded.reason, until = excluded.until`,
    [account, hostId, words ?? outcome, BLOCK_HOURS],
  )
}

/** Why a renter is not sent to a host: it failed somebody's preset image, or anything of their own, lately. Null when it is fine. */
export async function whyBlocked(
  manager: EntityManager,
  { account, hostId, rentalId }: { account: string; hostId: string; rentalId: string },
): Promise<string | null> {
  const [found]: { reason: string }[] = await manager.query(
    `SELECT reason FROM host_blocks WHERE account = $1 AND host_id = $2 AND until > clock_timestamp()
     UNION ALL
     SELECT coalesce(outcome.message, outcome.outcome) FROM launch_outcomes outcome
     JOIN launch_attempts attempt ON attempt.id = outcome.attempt_id
     JOIN rentals rental ON rental.id = attempt.rental_id
     WHERE rental.user_id = (SELECT user_id FROM rentals WHERE id = $3)
       AND attempt.account = $1 AND outcome.host_id = $2 AND outcome.outcome = ANY ($4)
       AND outcome.finished_at > clock_timestamp() - make_interval(hours => $5)
     LIMIT 1`,
    [account, hostId, rentalId, BAD, BLOCK_HOURS],
  )
  return found?.reason ?? null
}
