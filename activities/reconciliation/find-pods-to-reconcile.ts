import { ReconciliationRunEntity } from '@berth/entities/reconciliation-run'
import type { DataSource } from 'typeorm'
import { livedPods, type LivedPod } from '../provisioning/lived-pods.ts'
import type { Provider } from '../providers/port.ts'

const DAY_MS = 86_400_000
/** A bill may still change for so long after a pod's end. */
const SETTLING_DAYS = 7
/** A provider that has not answered by then has forgotten the pod. */
const PATIENCE_DAYS = 30

export interface RentalToReconcile {
  rentalId: string
  /** `asks` where the provider tells what this pod cost, as far as this worker knows. */
  pods: { account: string; podId: string; asks: boolean }[]
}

export interface FindPodsInput {
  runId: string
  /** The last rental of the page before. */
  after: string | null
  limit: number
}

/**
 * A page of the rentals whose cost may have changed: those that lived in the period, those whose bills may not be final, and
 * those whose provider has not answered yet.
 */
export async function findPodsToReconcile(
  { dataSource, providers }: { dataSource: DataSource; providers: ReadonlyMap<string, Provider> },
  { runId, after, limit }: FindPodsInput,
): Promise<RentalToReconcile[]> {
  const { fromAt, untilAt } = await dataSource
    .getRepository(ReconciliationRunEntity)
    .findOneByOrFail({ id: runId })
  const daysBefore = (days: number): Date => new Date(untilAt.getTime() - days * DAY_MS)
  const changing = Math.min(fromAt.getTime(), daysBefore(SETTLING_DAYS).getTime())
  const rows = await dataSource.query<{ id: string }[]>(DUE, [
    after ?? '',
    untilAt,
    new Date(changing),
    daysBefore(PATIENCE_DAYS),
    limit,
  ])
  return Promise.all(
    rows.map(async ({ id }) => ({
      rentalId: id,
      pods: (await livedPods(dataSource, id)).map((pod) => ({
        account: pod.account,
        podId: pod.podId,
        asks: tellsOf(pod, providers.get(pod.account)),
      })),
    })),
  )
}

function tellsOf({ goneAt }: LivedPod, provider: Provider | undefined): boolean {
  const readout = provider?.capabilities.billingReadout ?? 'always'
  return readout === 'always' || (readout === 'after_end' && goneAt !== null)
}

const DUE = `
  SELECT rental.id FROM rentals rental
  WHERE rental.id > $1 AND rental.requested_at <= $2
    AND (rental.ended_at IS NULL OR rental.ended_at >= $3
      OR (rental.ended_at >= $4 AND EXISTS (
        SELECT FROM pod_costs cost WHERE cost.rental_id = rental.id AND cost.answer = 'unanswered')))
    AND EXISTS (
      SELECT FROM launch_attempts attempt
      LEFT JOIN launch_outcomes outcome ON outcome.attempt_id = attempt.id
      LEFT JOIN pod_sightings seen ON seen.marker = attempt.marker
      WHERE attempt.rental_id = rental.id AND (outcome.pod_id IS NOT NULL OR seen.pod_id IS NOT NULL))
  ORDER BY rental.id LIMIT $5`
