import type { Cause } from '@berth/contract/causes'
import type { AttemptOutcome } from '@berth/contract/rental-status'
import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import { LaunchOutcomeEntity } from '@berth/entities/launch-outcome'
import type { DataSource } from 'typeorm'
import { blockHost, hostOfOffer } from './bad-hosts.ts'

export interface CloseAttemptInput {
  attemptId: string
  outcome: AttemptOutcome
  words: string | null
  /** The name of the words where they are ours; absent in histories of earlier versions. */
  cause?: Cause | null
  podId: string | null
  hostId: string | null
}

/** Records how an attempt ended, once; a host that proved bad is remembered. */
export function closeAttempt(dataSource: DataSource, input: CloseAttemptInput): Promise<void> {
  const { attemptId, outcome, words, cause = null, podId } = input
  return dataSource.transaction(async (manager) => {
    const { offer } = await manager.findOneByOrFail(LaunchAttemptEntity, { id: attemptId })
    const hostId = input.hostId ?? hostOfOffer(offer)
    const outcomes = manager.createQueryBuilder().insert().into(LaunchOutcomeEntity)
    await outcomes.values({ attemptId, outcome, message: words, cause, podId, hostId }).orIgnore().execute()
    await blockHost(manager, { attemptId, outcome, words, hostId })
  })
}

/** Whole seconds from the order of an attempt until it was usable; what the person and the catalog are told. */
export async function bootSeconds(dataSource: DataSource, attemptId: string): Promise<number> {
  const [row]: { seconds: number }[] = await dataSource.query(
    `SELECT round(extract(epoch FROM outcome.finished_at - attempt.started_at))::int AS seconds
     FROM launch_attempts attempt JOIN launch_outcomes outcome ON outcome.attempt_id = attempt.id WHERE attempt.id = $1`,
    [attemptId],
  )
  return row?.seconds ?? 0
}
