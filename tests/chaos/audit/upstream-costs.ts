import type { UpstreamPod } from '../pods.ts'
import type { Case } from './evidence.ts'

/** What a rental cost us upstream by the clouds' own books, in micro-dollars, and which part of that nobody was charged for. */
export interface UpstreamCosts {
  rentalId: string
  chargedMicros: bigint
  totalMicros: bigint
  /** While the pod was sold: never above what was charged. */
  soldMicros: bigint
  /** Ours: from the pod's birth until it was proved usable. */
  bootMicros: bigint
  /** Ours: from the end of the meter until the pod was gone. */
  teardownMicros: bigint
  /** Ours: pods of failed attempts, and pods that were adopted by nobody. */
  failedMicros: bigint
  /** Ours: what a cloud bills beyond the seconds lived (begun minutes, a least time), less what whole seconds cut off. */
  roundingMicros: bigint
  /** Seconds that were charged although the pod was gone, since nobody had seen that yet. */
  unseenDeathSeconds: number
}

export function upstreamCostsOf({ rental, segment, pods }: Case): UpstreamCosts {
  const used = pods.find(({ instanceId }) => instanceId === rental.podId)
  const startMs = segment?.startedAt?.getTime() ?? Number.POSITIVE_INFINITY
  const endMs = segment?.endedAt?.getTime() ?? startMs
  const before = used ? costBetween(used, 0, startMs) : 0n
  const sold = used ? costBetween(used, startMs, endMs) : 0n
  const after = used ? costBetween(used, endMs, Number.POSITIVE_INFINITY) : 0n
  const failed = pods
    .filter((pod) => pod !== used)
    .reduce((sum, pod) => sum + costBetween(pod, 0, Number.POSITIVE_INFINITY), 0n)
  const total = pods.reduce((sum, { costMicros }) => sum + costMicros, 0n)
  return {
    rentalId: rental.id,
    chargedMicros: segment?.charged ?? 0n,
    totalMicros: total,
    soldMicros: sold,
    bootMicros: before,
    teardownMicros: after,
    failedMicros: failed,
    roundingMicros: total - before - sold - after - failed,
    unseenDeathSeconds: secondsAfterDeath(used, segment),
  }
}

function secondsAfterDeath(pod: UpstreamPod | undefined, segment: Case['segment']): number {
  if (!pod?.diedMs || !segment?.endedAt) return 0
  return Math.max(0, (segment.endedAt.getTime() - pod.diedMs) / 1000)
}

/** To the millisecond, whatever increments the cloud bills in. */
function costBetween({ segments }: UpstreamPod, fromMs: number, toMs: number): bigint {
  return segments.reduce((sum, segment) => {
    const begin = Math.max(segment.fromMs, fromMs)
    const end = Math.min(segment.toMs ?? Date.now(), toMs)
    return end <= begin
      ? sum
      : sum + (segment.priceMicrosPerHour * BigInt(Math.floor(end - begin))) / 3_600_000n
  }, 0n)
}

/** A rental is charged by whole seconds of its own clock: up to one more second may have run upstream. */
export function checkCosts(costs: readonly UpstreamCosts[], cases: readonly Case[]): string[] {
  const priceOf = new Map(cases.map(({ rental, segment }) => [rental.id, segment?.priceMicrosPerHour ?? 0n]))
  return costs
    .filter(
      ({ rentalId, soldMicros, chargedMicros }) =>
        soldMicros > chargedMicros + (priceOf.get(rentalId) ?? 0n) / 3600n + 1n,
    )
    .map(
      ({ rentalId, soldMicros, chargedMicros }) =>
        `${rentalId} cost us ${soldMicros} while it was sold, and was charged ${chargedMicros}`,
    )
}
