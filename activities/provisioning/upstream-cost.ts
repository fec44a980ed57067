import { micros, ZERO, type Micros } from '@berth/contract/money'
import type { DataSource } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import type { Provider } from '../providers/port.ts'
import { ProviderError } from '../providers/provider-error.ts'

interface Deps {
  dataSource: DataSource
  billing: Billing
  providers: ReadonlyMap<string, Provider>
}

interface AttemptCost {
  account: string
  podId: string | null
  upstreamMicrosPerHour: number
  startedAt: Date
  endedAt: Date
}

/**
 * Books what the rental cost us upstream, once: the provider's own figure where it has one, else its price from
 * the order of each pod until its absence was proved, which never says too little.
 */
export async function recordUpstreamCost(deps: Deps, rentalId: string, signal: AbortSignal): Promise<void> {
  const attempts = await attemptsOf(deps.dataSource, rentalId)
  let total: bigint = ZERO
  for (const attempt of attempts) total += await costOf(deps.providers.get(attempt.account), attempt, signal)
  if (total === 0n) return
  await deps.billing.recordUpstreamCost({
    rentalId,
    amountMicros: total,
    idempotencyKey: `upstream_cost:${rentalId}`,
    reference: rentalId,
  })
}

async function costOf(
  provider: Provider | undefined,
  attempt: AttemptCost,
  signal: AbortSignal,
): Promise<bigint> {
  if (!provider?.costSoFar || attempt.podId === null) return estimate(attempt)
  try {
    return await provider.costSoFar(attempt.podId, signal)
  } catch (error) {
    // Why: books must not wait for a provider's reports; the nightly comparison corrects an estimate.
    if (error instanceof ProviderError) return estimate(attempt)
    throw error
  }
}

/** Rounded up to the second and to the micro-dollar. */
function estimate({ upstreamMicrosPerHour, startedAt, endedAt }: AttemptCost): Micros {
  const seconds = Math.max(Math.ceil((endedAt.getTime() - startedAt.getTime()) / 1000), 0)
  return micros((BigInt(upstreamMicrosPerHour) * BigInt(seconds) + 3599n) / 3600n)
}

/** Attempts that made a pod; their end is when its absence was proved, or now. */
const attemptsOf = (dataSource: DataSource, rentalId: string): Promise<AttemptCost[]> =>
  dataSource.query(
    `SELECT attempt.account, outcome.pod_id AS "podId", attempt.started_at AS "startedAt",
            (attempt.offer ->> 'upstreamMicrosPerHour')::float8 AS "upstreamMicrosPerHour",
            coalesce((SELECT max(event.at) FROM rental_events event WHERE event.rental_id = $1
              AND event.kind = 'absence_proved' AND (event.data ->> 'attempt')::int = attempt.attempt), clock_timestamp()) AS "endedAt"
     FROM launch_attempts attempt JOIN launch_outcomes outcome ON outcome.attempt_id = attempt.id
     WHERE attempt.rental_id = $1 AND outcome.pod_id IS NOT NULL`,
    [rentalId],
  )
